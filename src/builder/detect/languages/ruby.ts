import type { Language, LanguagePlan, PlanContext } from '../language.ts';
import type { PlanWarning } from '../plan.ts';
import type { SourceView } from '../source-view.ts';
import { readGems, type Gems } from './ruby/gems.ts';
import { chooseRuby } from './ruby/ruby-version.ts';
import { buildLine, rubyStages } from './ruby/stages.ts';
import { startOf, type Start } from './ruby/start.ts';

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
    warnings: warningsOf(source, gems, start),
  };
}

function warningsOf(source: SourceView, gems: Gems, { framework }: Start): PlanWarning[] {
  const noLock = {
    text: 'there is no Gemfile.lock: each build may get other versions of what it needs',
    fix: 'bundle lock --add-platform x86_64-linux, and commit it',
  };
  const bundle = {
    text: 'vendor/bundle is committed, and made anew here',
    fix: 'git rm -r --cached vendor/bundle, and add it to .gitignore',
  };
  const sqlite = {
    text: 'the database of SQLite is in the container, and gone with the next deploy',
    fix: 'use a database of its own, such as PostgreSQL',
  };
  const isCommitted = source.paths.some((path) => path.startsWith('vendor/bundle/'));
  return [
    ...(gems.locked ? [] : [noLock]),
    ...(isCommitted ? [bundle] : []),
    ...(framework === 'Rails' && gems.names.has('sqlite3') ? [sqlite] : []),
  ];
}
