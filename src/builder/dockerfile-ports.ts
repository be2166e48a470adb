import { type DockerfileTarget, stageIndex, stagesOf, targetIndex } from './dockerfile-stages.ts';
import type { DockerfileText } from './dockerfile-text.ts';
import { tcpPorts } from './inspect-image.ts';

/**
 * The TCP ports that a stage of a Dockerfile exposes, or the stages that it builds on, lowest first. Null where a variable
 * names one: then the image has to be asked.
 */
export function exposedPorts(
  dockerfile: DockerfileText,
  { target, buildArgs }: DockerfileTarget = {},
): readonly number[] | null {
  const stages = stagesOf(dockerfile, buildArgs);
  const words: string[] = [];
  let index: number | undefined = targetIndex(stages, target);
  while (index !== undefined) {
    const stage: (typeof stages)[number] | undefined = stages[index];
    words.push(...(stage?.exposed ?? []));
    index = stage?.base === undefined ? undefined : stageIndex(stages, stage.base, index);
  }
  if (words.some((word) => word.includes('$'))) return null;
  return [...new Set(tcpPorts(words.flatMap(withoutRange)))];
}

/** Most ports of a range that are told apart: only the lowest one is used without a word of the user's. */
const mostOfRange = 100;

/** `7000-7002/tcp` as its ports. */
function withoutRange(word: string): readonly string[] {
  const [, first, last, protocol = ''] = /^(\d+)-(\d+)(\/\w+)?$/.exec(word) ?? [];
  if (first === undefined || last === undefined) return [word.toLowerCase()];
  const count = Math.min(Number(last) - Number(first) + 1, mostOfRange);
  const ports = Array.from({ length: Math.max(count, 0) }, (_none, at) => Number(first) + at);
  return ports.map((port) => `${port}${protocol.toLowerCase()}`);
}
