import type { Language, LanguagePlan, PlanContext } from '../language.ts';
import type { SourceView } from '../source-view.ts';
import { collectStatic, readDjango } from './python/django.ts';
import { chooseInstaller } from './python/installer.ts';
import { choosePython } from './python/python-version.ts';
import { missingServer } from './python/servers.ts';
import { pythonStages } from './python/stages.ts';
import { startOf, type Start } from './python/start.ts';
import { committedVenvs, warningsOf } from './python/warnings.ts';

/** Files that show Python: lists of dependencies, then programs by the names that people give them. */
const signs = [
  'requirements.txt',
  'pyproject.toml',
  'Pipfile',
  'setup.py',
  'manage.py',
  'main.py',
  'app.py',
  'start.py',
  'bot.py',
  'hello.py',
  'server.py',
];

/** Programs in Python: with pip, uv, Poetry, PDM or Pipenv. */
export const python: Language = {
  name: 'python',
  detects: (source) => signs.find((path) => source.has(path)),
  plan,
};

function plan(context: PlanContext): LanguagePlan {
  const { source, wishes, procfile } = context;
  const { image, ...version } = choosePython(context);
  const installer = chooseInstaller(source, wishes.install);
  const django = readDjango(source);
  const start = startOf(source, installer.names, django);
  const line = procfile?.['web'] ?? wishes.start ?? start.line ?? '';
  const server = missingServer(line, installer);
  const collect = wishes.build === null && django ? collectStatic(django, context) : undefined;
  const build = wishes.build ?? collect;
  const env = envOf(source, line, start);
  return {
    framework: start.framework,
    reasons: [installer.reason, start.reason, collect && collectReason].filter((each) => each !== undefined),
    versions: [version],
    ...pythonStages({ context, image, installer, server, build, start: start.line ?? null, env }),
    ignore: ['**/__pycache__', ...committedVenvs(source)],
    warnings: warningsOf({ source, start, installer, server, versionFrom: version.from }),
  };
}

const collectReason =
  'static files by manage.py collectstatic; DISABLE_COLLECTSTATIC=1 in the config leaves it out';

function envOf(source: SourceView, line: string, { env }: Start): Readonly<Record<string, string>> {
  return {
    // Only the router reaches the app, and it tells how it was asked, and by whom.
    FORWARDED_ALLOW_IPS: '*',
    ...(source.paths.some((path) => /^src\/.*\.py$/.test(path)) ? { PYTHONPATH: '/app/src' } : {}),
    // One process of gunicorn answers one request at a time.
    ...(/^gunicorn\b/.test(line) ? { WEB_CONCURRENCY: '2' } : {}),
    ...env,
  };
}
