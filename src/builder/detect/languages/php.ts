import { chooseVersion, type ChosenVersion, type Runtime, type VersionWish } from '../choose-version.ts';
import type { Language, LanguagePlan, PlanContext } from '../language.ts';
import { type Manifest, readJson, recordAt, textAt } from '../manifest.ts';
import { appFolder, copy, run, type Stage, type Step } from '../plan.ts';
import { withPackages } from '../system-packages.ts';
import { toolVersion, versionFile } from '../version-files.ts';
import { composerStages, warningsOf } from './php/composer.ts';
import { installExtensions, wantedExtensions } from './php/extensions.ts';
import { type Framework, frameworkOf } from './php/framework.ts';
import { type BuiltPages, builtPages } from './php/pages.ts';
import { phpSettings, serveLine, serverSteps, type WebRoot, webRoot } from './php/web-server.ts';

/** Pages and programs in PHP, with Composer where there is a composer.json. */
export const php: Language = {
  name: 'php',
  detects: (source) => ['composer.json', 'index.php', 'public/index.php'].find((path) => source.has(path)),
  plan: (context) => {
    const { source, procfile } = context;
    const manifest = readJson(source, 'composer.json');
    const root = webRoot(source, procfile?.['web']);
    const framework = frameworkOf(manifest);
    const pages = builtPages(context, root, manifest && 'vendor');
    return planOf({ context, manifest, root, framework, pages });
  },
};

interface Found {
  readonly context: PlanContext;
  readonly manifest: Manifest | undefined;
  readonly root: WebRoot | undefined;
  readonly framework: Framework | undefined;
  readonly pages: BuiltPages;
}

function planOf(found: Found): LanguagePlan {
  const { context, manifest, root, framework, pages } = found;
  const version = chooseVersion(runtimeOf(root), versionWish(found), context.registry);
  return {
    framework: framework?.name ?? null,
    reasons: [root?.reason ?? 'no index.php: a program that is no site'],
    versions: [version],
    stages: stagesOf(found, version),
    ...startOf(found),
    ignore: [...(pages.stages.length > 0 ? ['node_modules'] : []), ...(manifest ? ['vendor'] : [])],
    warnings: manifest ? warningsOf(context.source, manifest) : [],
  };
}

function startOf({ root, framework }: Found): Pick<LanguagePlan, 'start' | 'processes'> {
  if (root === undefined) return { start: null };
  const start = [...(framework?.before ?? []), serveLine].join(' && ');
  return { start, ...(root.fromProcfile ? { processes: { web: start } } : {}) };
}

function stagesOf({ context, manifest, root, framework, pages }: Found, version: ChosenVersion): Stage[] {
  const { source, wishes } = context;
  const wanted = wantedExtensions(manifest, manifest && readJson(source, 'composer.lock'));
  const extensions = [...new Set([...wanted, ...(framework?.extensions ?? []), 'opcache'])].toSorted();
  const base: Stage = {
    name: 'base',
    from: version.image,
    steps: [...withPackages(wishes.packages.run), ...installExtensions(extensions), phpSettings],
  };
  const making = manifest ? composerStages(context, manifest, framework) : plainStages(context);
  const server = root === undefined ? [] : serverSteps({ folder: root.folder, front: root.folder !== '.' });
  return [
    base,
    ...making.stages,
    ...pages.stages,
    {
      name: 'runtime',
      from: 'base',
      env: { PORT: '5000', WEB_CONCURRENCY: '16', ...framework?.env },
      steps: [...server, ...making.result, ...pages.result],
    },
  ];
}

/** Without Composer: the source as it is, or as a build of its own makes it. */
function plainStages({ wishes }: PlanContext): { stages: Stage[]; result: readonly Step[] } {
  if (wishes.build === null) return { stages: [], result: [copy(['.'], appFolder)] };
  const build: Stage = {
    name: 'build',
    from: 'base',
    steps: [
      ...withPackages(wishes.packages.build),
      copy(['.'], appFolder),
      run(wishes.build, { config: 'all' }),
    ],
  };
  return { stages: [build], result: [copy([appFolder], appFolder, { from: 'build' })] };
}

function runtimeOf(root: WebRoot | undefined): Runtime {
  const kind = root === undefined ? 'cli' : 'apache';
  return {
    name: 'PHP',
    standard: '8.5',
    setting: 'require.php in composer.json, or build.version in app.json',
    offers: ['8.1', '8.2', '8.3', '8.4', '8.5'].map((version) => ({
      version,
      image: `php:${version}-${kind}`,
    })),
  };
}

function versionWish({ context, manifest }: Found): VersionWish | undefined {
  const { wishes, source } = context;
  return (
    wish(wishes.version ?? undefined, 'app.json') ??
    wish(textAt(manifest, 'config', 'platform', 'php'), 'config.platform.php in composer.json') ??
    wish(textAt(recordAt(manifest, 'require'), 'php'), 'composer.json') ??
    versionFile(source, '.php-version') ??
    toolVersion(source, ['php'])
  );
}

function wish(text: string | undefined, from: string): VersionWish | undefined {
  return text ? { range: rangeOf(text), text, from } : undefined;
}

/** Composer's words for a range in those of npm (getcomposer.org/doc/articles/versions.md): `~8.1` allows 8.4 there. */
export function rangeOf(text: string): string {
  return text
    .replaceAll(/@\w+/g, '')
    .replaceAll(/!=\s*\S+/g, '')
    .replaceAll(/\s*\|\|?\s*/g, ' || ')
    .replaceAll(/\s*,\s*/g, ' ')
    .replaceAll(/~\s*(\d+\.\d+)(?![.\d])/g, '^$1')
    .trim();
}
