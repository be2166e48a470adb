import { type DockerfileTarget, type Stage, stageIndex, stagesOf, targetIndex } from './dockerfile-stages.ts';
import type { DockerfileText } from './dockerfile-text.ts';

/**
 * The images that a build of a Dockerfile's stage begins with or copies from, each once, in the order of the text. A name
 * that stays open, for want of a value of an argument, is left out.
 */
export function dockerfileImages(
  dockerfile: DockerfileText,
  { target, buildArgs }: DockerfileTarget = {},
): string[] {
  const stages = stagesOf(dockerfile, buildArgs);
  const images = new Set<string>();
  for (const index of reachable(stages, targetIndex(stages, target))) {
    for (const source of sourcesOf(stages[index])) {
      if (source !== 'scratch' && stageIndex(stages, source, index) === undefined) images.add(source);
    }
  }
  return [...images];
}

/** A stage and all that it needs, as indexes, lowest first. */
function reachable(stages: readonly Stage[], target: number): number[] {
  const found = new Set<number>();
  const open = target < 0 ? [] : [target];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (found.has(index)) continue;
    found.add(index);
    for (const source of sourcesOf(stages[index])) {
      const next = stageIndex(stages, source, index);
      if (next !== undefined) open.push(next);
    }
  }
  return [...found].toSorted((a, b) => a - b);
}

function sourcesOf(stage: Stage | undefined): readonly string[] {
  if (!stage) return [];
  return stage.base === undefined ? stage.from : [stage.base, ...stage.from];
}
