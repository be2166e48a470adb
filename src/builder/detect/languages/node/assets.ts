import { noWishes } from '../../../../model/build-wishes.ts';
import type { PlanContext } from '../../language.ts';
import { appFolder, copy, run, type Stage } from '../../plan.ts';
import { buildCommand } from './build-script.ts';
import { installSteps, toolsStage } from './install-stages.ts';
import { readProject } from './project.ts';

/**
 * Stages that build the pages of an app in another language by the script `build` of its package.json; the last one is
 * `assets`, with the built source in /app. None without a package.json, or without that script. What app.json asks for
 * is meant for the app's own language. Throws E_BUILD_PLAN for a package.json that cannot be built.
 */
export function assetStages(context: PlanContext): readonly Stage[] {
  if (!context.source.has('package.json')) return [];
  const project = readProject({ ...context, wishes: noWishes });
  const build = buildCommand(project, null);
  if (build === undefined) return [];
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
        run(build, { config: 'all' }),
      ],
    },
  ];
}
