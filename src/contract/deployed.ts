import { z } from 'zod';
import type { Line } from '../model/line.ts';
import { detail } from './print.ts';

const fields = {
  /** The release that is live now, where the operation made one live. */
  release: z.number().int().nullable(),
  /** The release that was live before it. */
  replaced: z.number().int().nullable(),
  /** False: everything was so already, nothing was done. */
  changed: z.boolean(),
  /** Where the app answers. */
  urls: z.array(z.string()).readonly(),
};

/**
 * What the operations give that make a release live. They tell their progress and their result while they work,
 * as lines; only "nothing changed" is left to be shown afterwards.
 */
export const deployed = z.object(fields);

export type Deployed = z.infer<typeof deployed>;

export function showDeployed(result: Deployed): readonly Line[] {
  return result.changed ? [] : [detail('Nothing changed')];
}
