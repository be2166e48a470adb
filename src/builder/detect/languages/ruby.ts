import type { Language, LanguagePlan, PlanContext } from '../language.ts';
import type { PlanWarning } from '../plan.ts';
import type { SourceView } from '../source-view.ts';
import { readGems, type Gems } from './ruby/gems.ts';
import { chooseRuby } from './ruby/ruby-version.ts';
import { buildLine, rubyStages } from './ruby/stages.ts';
import { hasServer, startOf, type Start } from './ruby/start.ts';

/** Programs in Ruby, with Bundler. */
export const ruby: Language = {
  name: 'ruby',
  detects: (source) => (source.has('Gemfile') ? 'Gemfile' : undefined),
  plan,
};

function plan(context: PlanContext): LanguagePlan {
  const { source, wishes } = context;
  const gems = readGems(source);
  const { image, ...version } = chooseRuby(context, gems);
  const start = startOf(source, gems);
  const build = wishes.build ?? buildLine(source, gems, start.framework);
  return {
    framework: start.framework,
    reasons: [start.reason, build === undefined ? undefined : `built by: ${build}`].filter(
      (each) => each !== undefined,
    ),
    versions: [version],
    ...rubyStages({ context, image, gems, build, start }),
    ignore: ['.bundle', 'log/*', 'tmp/*', 'vendor/bundle'],
    warnings: [...warningsOf(source, gems), ...startWarnings(context, gems, start)],
  };
}

function warningsOf(source: SourceView, gems: Gems): PlanWarning[] {
  const noLock = {
    text: 'there is no Gemfile.lock: each build may get other versions of what it needs',
    fix: 'bundle lock --add-platform x86_64-linux, and commit it',
  };
  const bundle = {
    text: 'vendor/bundle is committed, and made anew here',
    fix: 'git rm -r --cached vendor/bundle, and add it to .gitignore',
  };
  const isCommitted = source.paths.some((path) => path.startsWith('vendor/bundle/'));
  return [...(gems.locked ? [] : [noLock]), ...(isCommitted ? [bundle] : [])];
}

/** What the app will miss once it runs. */
function startWarnings(context: PlanContext, gems: Gems, { framework }: Start): PlanWarning[] {
  const rails = framework === 'Rails' ? railsWarnings(context, gems) : [];
  const { source, procfile, wishes } = context;
  const own = wishes.start ?? procfile?.['web'];
  const isServed = own !== undefined || !source.has('config.ru') || hasServer(gems);
  return [...rails, ...(isServed ? [] : [noServer])];
}

function railsWarnings({ source, config }: PlanContext, gems: Gems): PlanWarning[] {
  const hasSecret =
    source.has('config/master.key') || ['RAILS_MASTER_KEY', 'SECRET_KEY_BASE'].some((name) => name in config);
  return [...(gems.names.has('sqlite3') ? [sqlite] : []), ...(hasSecret ? [] : [noSecret])];
}

const sqlite: PlanWarning = {
  text: 'the database of SQLite is in the container, and gone with the next deploy',
  fix: 'use a database of its own, such as PostgreSQL',
};

const noSecret: PlanWarning = {
  text: 'Rails wants a secret to start, and the config has neither RAILS_MASTER_KEY nor SECRET_KEY_BASE',
  fix: 'slipway config:set APP RAILS_MASTER_KEY=KEY, with what config/master.key has for KEY',
};

const noServer: PlanWarning = {
  text: 'there is a config.ru, and no server among the gems',
  fix: 'bundle add puma, and commit Gemfile and Gemfile.lock',
};
