import { labels, type Names } from '../../model/names.ts';
import type { Out } from '../../model/line.ts';
import type { Docker } from '../../tools/docker.ts';

/** One image in the making. */
export interface Making {
  readonly docker: Docker;
  readonly names: Names;
  /** The official name, for its label and for what is said. */
  readonly name: string;
  /** That of the recipe, for its label. */
  readonly fingerprint: string;
  /** The name that the image gets on this machine. */
  readonly tag: string;
  /** Name on this machine of the image that it builds upon; empty for one that begins with nothing. */
  readonly base: string;
  /** For temporary files; removed by the caller. */
  readonly folder: string;
  readonly out: Out;
  readonly signal: AbortSignal;
}

/** The labels of an image that is made here. */
export function madeLabels({ name, fingerprint }: Making): Readonly<Record<string, string>> {
  return {
    [labels.base]: 'packages',
    [labels.recipe]: name,
    [labels.recipeFingerprint]: fingerprint,
  };
}
