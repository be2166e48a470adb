import { noWishes } from '../../../../model/build-wishes.ts';
import type { PlanContext } from '../../language.ts';
import { appFolder, copy, run, type Stage } from '../../plan.ts';
import { buildCommand } from './build-script.ts';
import { installSteps, toolsStage } from './install-stages.ts';
import { scriptOf } from './package-json.ts';
import { readProject } from './project.ts';

/**
 * Stages that build the pages of an app in another language by the script `build` of its package.json; the last one is
 * `assets`, with the built source in /app. None without a package.json, or without such a script. What app.json asks
 * for is meant for the app's own language. `more`: scripts beside `build` that this language would run. Throws
 * E_BUILD_PLAN for a package.json that cannot be built.
 */
export function assetStages(context: PlanContext, more: readonly string[] = []): readonly Stage[] {
  if (!context.source.has('package.json')) return [];
  const project = readProject({ ...context, wishes: noWishes });
  const builds = [
    buildCommand(project, null) ?? [],
    ...more.flatMap((name) =>
      scriptOf(project.root, name) === undefined ? [] : `${project.commands.program} run ${name}`,
    ),
  ].flat();
  if (builds.length === 0) return [];
  const wishes = { install: null, packages: [] };
  const tools = toolsStage(project, wishes, 'assets-tools');
  return [
    tools,
    {
      name: 'assets',
      from: tools.name,
      steps: [
        ...installSteps(project, wishes, { dev: true }),
        copy(['.'], appFolder),
        ...builds.map((build) => run(build, { config: 'all' })),
      ],
    },
  ];
}
