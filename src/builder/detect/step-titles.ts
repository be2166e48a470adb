import type { StepTitles } from '../build-output.ts';
import { appFolder, type BuildPlan, type CopyStep, type Stage, type Step } from './plan.ts';
import { servedFolder } from './static-server.ts';

/**
 * What people read of the Dockerfile that `planDockerfile` makes: the title of each step by the place that BuildKit
 * numbers it with, which counts FROM an image, WORKDIR, RUN and COPY, and leaves out the name of an only stage.
 */
export function stepTitles({ stages }: BuildPlan): StepTitles {
  const names = new Set(stages.map(({ name }) => name));
  const titles = stages.flatMap((stage, at) => {
    const first = names.has(stage.from) ? 1 : 2;
    const named = stages.length > 1 ? `${stage.name} ` : '';
    const shown = stageTitles(stage, at === stages.length - 1);
    return shown.map((title, step) => [`${named}${first + step}`, title] as const);
  });
  return new Map(titles);
}

/** From WORKDIR on. What takes no time and says nothing of the app, as that and files of ours, has no title. */
function stageTitles({ steps }: Stage, isLast: boolean): (string | null)[] {
  return [null, ...(isLast ? [null] : []), ...steps.map(stepTitle)];
}

function stepTitle(step: Step): string | null {
  if (step.kind === 'copy') return copyTitle(step);
  return step.kind === 'file' ? null : (step.title ?? step.command);
}

function copyTitle({ paths, to, from }: CopyStep): string {
  if (from !== undefined) return `copy ${target(to)} from ${from}`;
  return paths.includes('.') ? 'copy the source' : `copy ${paths.join(', ')}`;
}

function target(to: string): string {
  if (to === servedFolder) return 'the pages';
  return to === appFolder ? 'the app' : to.replace(`${appFolder}/`, '');
}
