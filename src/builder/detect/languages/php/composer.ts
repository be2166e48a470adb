import { failure } from '../../../../model/failures.ts';
import type { PlanContext } from '../../language.ts';
import { isRecord, type Manifest, recordAt, textAt } from '../../manifest.ts';
import { appFolder, copy, type PlanWarning, run, type Stage, type Step } from '../../plan.ts';
import type { SourceView } from '../../source-view.ts';
import { withPackages } from '../../system-packages.ts';
import type { Framework } from './framework.ts';

const environment = {
  COMPOSER_ALLOW_SUPERUSER: '1',
  COMPOSER_HOME: '/root/.composer',
  COMPOSER_NO_INTERACTION: '1',
};

/** Packages first, without the source; then the source with the classes that Composer finds in it. */
export function composerStages(
  { source, wishes }: PlanContext,
  manifest: Manifest,
  framework: Framework | undefined,
): { stages: Stage[]; result: readonly Step[] } {
  const install = wishes.install ?? installLine;
  const whole = wishes.install !== null || hasPathRepository(manifest);
  const vendor: Stage = {
    name: 'vendor',
    from: 'base',
    env: environment,
    steps: [
      ...withPackages(['git', 'unzip', ...wishes.packages.build]),
      copy(['/usr/bin/composer'], '/usr/local/bin/composer', { from: 'composer:2' }),
      copy(whole ? ['.'] : manifests.filter((name) => source.has(name)), appFolder),
      run(`${install} && mkdir -p vendor/composer`, {
        title: wishes.install ?? 'composer install --no-dev',
        caches: [{ target: '/root/.composer/cache' }],
        config: 'install',
      }),
    ],
  };
  return { stages: [vendor, buildStage(manifest, framework, wishes.build)], result: resultSteps(framework) };
}

const installLine = 'composer install --no-dev --no-scripts --no-autoloader --prefer-dist --no-progress';

const manifests = ['composer.json', 'composer.lock', 'symfony.lock'];

/** Packages that are folders of the source itself. */
function hasPathRepository(manifest: Manifest): boolean {
  const repositories = manifest['repositories'];
  const all = Array.isArray(repositories) ? repositories : Object.values(recordAt(manifest, 'repositories'));
  return all.some((each) => isRecord(each) && ['path', 'artifact'].includes(textAt(each, 'type') ?? ''));
}

/** What is left of the packages here is only what Composer wrote about the source: the rest is in a layer of its own. */
function buildStage(manifest: Manifest, framework: Framework | undefined, wish: string | null): Stage {
  refuseOtherFolder(manifest);
  const scripts = recordAt(manifest, 'scripts');
  const own = ['post-install-cmd', 'compile'].filter((name) => Object.hasOwn(scripts, name));
  const commands = [
    'composer dump-autoload --no-dev --optimize',
    ...own.map((name) => `composer run-script --no-dev ${name}`),
    ...(wish === null ? [] : [wish]),
  ];
  const folders = framework === undefined ? [] : [`mkdir -p ${framework.writable.join(' ')}`];
  const last = [
    ...(framework?.build ?? []),
    ...folders,
    'find vendor -mindepth 1 -maxdepth 1 ! -name composer ! -name autoload.php -exec rm -rf {} +',
  ];
  return {
    name: 'build',
    from: 'vendor',
    steps: [
      copy(['.'], appFolder),
      ...commands.map((command) => run(command, { config: 'all' })),
      run(last.join(' && '), { title: 'set the code apart from its packages' }),
    ],
  };
}

function refuseOtherFolder(manifest: Manifest): void {
  const folder = textAt(manifest, 'config', 'vendor-dir');
  if (folder !== undefined && folder.replace(/\/$/, '') !== 'vendor')
    throw failure('E_BUILD_PLAN', `composer.json: config.vendor-dir is ${JSON.stringify(folder)}`, {
      hint: 'take it out: packages go to the folder vendor here; or write a Dockerfile',
    });
}

function resultSteps(framework: Framework | undefined): Step[] {
  return [
    copy([`${appFolder}/vendor`], `${appFolder}/vendor`, { from: 'vendor' }),
    copy([appFolder], appFolder, { from: 'build' }),
    ...(framework?.writable ?? []).map((folder) =>
      copy([`${appFolder}/${folder}`], `${appFolder}/${folder}`, { from: 'build', owned: true }),
    ),
  ];
}

/** What will likely hurt. */
export function warningsOf(source: SourceView, manifest: Manifest): PlanWarning[] {
  const requires = Object.keys(recordAt(manifest, 'require')).some((name) => name.includes('/'));
  return [
    ...(requires && !source.has('composer.lock')
      ? [
          {
            text: 'There is no composer.lock: each build may get other versions',
            fix: 'run "composer update" and commit composer.lock',
          },
        ]
      : []),
    ...(source.has('vendor')
      ? [
          {
            text: 'The folder vendor is in the repository, and is made anew',
            fix: 'git rm -r --cached vendor, and name it in .gitignore',
          },
        ]
      : []),
  ];
}
