import { failure } from '../../../model/failures.ts';
import type { Language, LanguagePlan, PlanContext } from '../language.ts';
import { appFolder, copy, run, type PlanWarning, type RunStep, type Stage } from '../plan.ts';
import { staticStage, staticStart } from '../static-server.ts';
import { withPackages } from '../system-packages.ts';
import { buildCommand } from './node/build-script.ts';
import { frameworkOf, type Framework, type Lacking, type Served } from './node/frameworks.ts';
import { installSteps, toolsStage } from './node/install-stages.ts';
import { systemPackages } from './node/native-packages.ts';
import { hasDependencies, needsWholeSource, readProject, uses, type Project } from './node/project.ts';
import { serverStages, type Building } from './node/server-stages.ts';
import { lineWarnings, ownStart, resolvedProcesses, startLine } from './node/start.ts';

/** What is known of the source when its stages are put together. */
interface Found extends Building {
  readonly context: PlanContext;
  readonly framework: Framework | undefined;
}

/** Servers and pages with a package.json. */
export const node: Language = {
  name: 'node',
  detects: (source) => (source.has('package.json') ? 'package.json' : undefined),
  plan: (context) => {
    const project = readProject(context);
    const framework = frameworkOf(project);
    const found = findBuilding(context, project, framework);
    const served = servedAs(found);
    const parts = partsOf(found, served);
    return {
      framework: framework?.name ?? null,
      reasons: reasonsOf(found, served),
      versions: [project.node],
      ignore: ['**/node_modules'],
      ...parts,
      warnings: [...sourceWarnings(project), ...(parts.warnings ?? [])],
    };
  },
};

type Parts = Pick<LanguagePlan, 'stages' | 'start' | 'processes' | 'warnings'>;

function findBuilding(context: PlanContext, project: Project, framework: Framework | undefined): Found {
  const { install, packages, build } = context.wishes;
  const wishes = { install, packages: packages.build };
  const command = buildCommand(project, build);
  const tools = toolsStage(project, wishes);
  return {
    context,
    framework,
    project,
    wishes,
    tools: { ...tools, env: { ...tools.env, ...framework?.buildEnv } },
    build: command === undefined ? undefined : buildStep(command, framework),
  };
}

function buildStep(command: string, framework: Framework | undefined): RunStep {
  const caches = (framework?.caches ?? []).map((folder) => ({ target: `${appFolder}/${folder}` }));
  return run(command, { config: 'all', ...(caches.length > 0 ? { caches } : {}) });
}

/** What the framework makes, unless something says that the app starts otherwise. */
function servedAs(found: Found): Served {
  const { context, project, framework, build } = found;
  const usual: Served = framework?.serves(project) ?? { kind: 'server', start: null };
  if (context.wishes.static !== null)
    return {
      kind: 'pages',
      folder: context.wishes.static,
      fallback: usual.kind === 'pages' && usual.fallback,
    };
  const isMade = build !== undefined && !startsItself(found);
  return usual.kind === 'server' || isMade ? usual : { kind: 'server', start: null };
}

function startsItself({ context, project, framework }: Found): boolean {
  const { wishes, procfile } = context;
  const own = wishes.start ?? procfile?.['web'] ?? ownStart(project, framework);
  return own !== undefined;
}

function partsOf(found: Found, served: Served): Parts {
  if (served.kind === 'pages') return pagesParts(found, served);
  return served.kind === 'standalone' ? standaloneParts(found) : serverParts(found, served);
}

/** The stages up to a finished build, for what does not need the packages when it runs. */
function builtStages({ project, wishes, tools, build }: Found): readonly Stage[] {
  const install = installSteps(project, wishes, { dev: true });
  return [
    tools,
    { name: 'deps', from: tools.name, steps: install },
    { name: 'build', from: 'deps', steps: [copy(['.'], appFolder), ...(build ? [build] : [])] },
  ];
}

function pagesParts(found: Found, { folder, fallback }: Served & { readonly kind: 'pages' }): Parts {
  const site = staticStage({ folder: `${appFolder}/${folder}`, from: 'build', fallback });
  return { stages: [...builtStages(found), site], start: staticStart };
}

function standaloneParts(found: Found): Parts {
  const { source } = found.project;
  const parts = [
    { from: '.next/standalone', to: appFolder },
    { from: '.next/static', to: `${appFolder}/.next/static` },
    ...(source.has('public') ? [{ from: 'public', to: `${appFolder}/public` }] : []),
  ];
  const copies = parts.map(({ from, to }) =>
    copy([`${appFolder}/${from}`], to, { from: 'build', owned: true }),
  );
  const runtime = { ...runtimeStage(found, []), steps: [...runtimePackages(found), ...copies] };
  return { stages: [...builtStages(found), runtime], start: 'node server.js' };
}

function serverParts(found: Found, served: Served & { readonly kind: 'server' }): Parts {
  const { project, framework, context } = found;
  const { stages, copies } = serverStages(found);
  const processes = resolvedProcesses(project, context.procfile);
  const start = startLine(project, framework, served);
  if (start === null && served.lacks && !startsItself(found)) throw lacking(found, served.lacks);
  const lines = { ...(start === null ? {} : { web: start }), ...context.procfile, ...processes };
  const runtime = runtimeStage(found, Object.values(lines));
  return {
    stages: [...stages, { ...runtime, steps: [...runtime.steps, ...runtimePackages(found), ...copies] }],
    start,
    processes,
    warnings: lineWarnings(project, lines),
  };
}

/** What else would end in "nothing tells what starts the app" has a fix that is known. */
function lacking({ framework, project }: Found, { name, use }: Lacking): Error {
  const { program } = project.commands;
  const add = program === 'npm' ? 'install' : 'add';
  return failure('E_NO_START', `${framework?.name} makes no program to start without the package ${name}`, {
    hint: `run ${program} ${add} ${name}, ${use}, commit and push again`,
  });
}

/** Bun's own image where nothing but bun is started; else that of Node, with bun in it where something needs it. */
function runtimeStage({ project, framework }: Found, lines: readonly string[]): Stage {
  const bun = lines.filter((line) => /^(bun|bunx)\b/.test(line));
  const onlyBun = lines.length > 0 && bun.length === lines.length;
  const setup = !onlyBun && bun.length > 0 ? [run('npm install -g bun@1', { config: 'install' })] : [];
  return {
    name: 'runtime',
    from: onlyBun ? 'oven/bun:1-slim' : project.node.image,
    env: { NODE_ENV: 'production', PATH: `${appFolder}/node_modules/.bin:$PATH`, ...framework?.env },
    steps: setup,
  };
}

function runtimePackages({ project, context }: Found): readonly RunStep[] {
  return withPackages([...new Set([...systemPackages(project).run, ...context.wishes.packages.run])]);
}

function reasonsOf({ project, build, wishes }: Found, served: Served): readonly string[] {
  const { manager, workspaces } = project;
  const whole = needsWholeSource(project);
  return [
    manager.reason,
    ...(workspaces.length > 0 ? [`${workspaces.length} workspaces`] : []),
    ...(build ? [`built by: ${build.command}`] : []),
    ...(whole !== undefined && wishes.install === null ? [`installed with the whole source: ${whole}`] : []),
    ...(served.kind === 'pages'
      ? [
          `pages of ${served.folder} are served as they are${served.fallback ? '; an unknown path gets index.html' : ''}`,
        ]
      : []),
    ...(served.kind === 'standalone' ? ['only what the standalone server needs is in the image'] : []),
  ];
}

function sourceWarnings(project: Project): readonly PlanWarning[] {
  const { source, manager, commands } = project;
  const unlocked = hasDependencies(project) && manager.lock === undefined;
  return [
    ...(source.has('node_modules')
      ? [
          {
            text: 'node_modules is in the repository; it is left out, and installed anew',
            fix: 'git rm -r --cached node_modules, and a line node_modules in .gitignore',
          },
        ]
      : []),
    ...(unlocked
      ? [
          {
            text: 'There is no lock file: each build may get other versions',
            fix: `run ${commands.program} install and commit the lock file that it writes`,
          },
        ]
      : []),
    ...(uses(project, ['puppeteer', 'playwright'])
      ? [
          {
            text: 'A browser is not in the image',
            fix: 'name its packages in app.json: {"build": {"packages": {"run": ["chromium"]}}}',
          },
        ]
      : []),
  ];
}
