import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** The part that is read of config.json of the OCI runtime specification. */
const bundle = z.object({ process: z.object({ args: z.array(z.string()) }) });

/**
 * The command of a step that BuildKit runs now: of a `RUN npm ci` it is `/bin/sh -c "npm ci"`. Undefined where the step
 * has ended, or keeps its bundle elsewhere (executor/runcexecutor of BuildKit writes it before it makes the group).
 */
export async function stepCommand(dataRoot: string, id: string): Promise<readonly string[] | undefined> {
  const path = join(dataRoot, 'buildkit/executor', id, 'config.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  return bundle.safeParse(JSON.parse(text)).data?.process.args;
}
