import type { PlanContext } from '../../language.ts';
import { appFolder, copy, type CopyStep, run, type Stage } from '../../plan.ts';
import { assetStages } from '../node/assets.ts';
import type { WebRoot } from './web-server.ts';

/** What Node builds for the pages of a site: the stages, and what of them is laid over the source. */
export interface BuiltPages {
  readonly stages: readonly Stage[];
  readonly result: readonly CopyStep[];
}

/**
 * Vite, Laravel Mix and Encore write below the folder that is served, with a manifest there; of a site that is served
 * from its top folder nothing tells where, so all of it is taken. `vendor`: the stage that has Composer's packages, which
 * bring styles and scripts of their own.
 */
export function builtPages(
  context: PlanContext,
  root: WebRoot | undefined,
  vendor: string | undefined,
): BuiltPages {
  const stages = assetStages(context);
  const last = stages.at(-1);
  if (last === undefined) return { stages: [], result: [] };
  const folder = root === undefined || root.folder === '.' ? appFolder : `${appFolder}/${root.folder}`;
  const seeing = vendor === undefined ? last : withVendor(last, vendor);
  const cleaning = run('rm -rf node_modules', { title: 'remove packages that only the build needed' });
  const steps = folder === appFolder ? [...seeing.steps, cleaning] : seeing.steps;
  return {
    stages: [...stages.slice(0, -1), { ...seeing, steps }],
    result: [copy([folder], folder, { from: last.name })],
  };
}

function withVendor(stage: Stage, from: string): Stage {
  const bind = { from, path: `${appFolder}/vendor` };
  const steps = stage.steps.map((step) =>
    step.kind === 'run' ? { ...step, binds: [...(step.binds ?? []), bind] } : step,
  );
  return { ...stage, steps };
}
