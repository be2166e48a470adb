import { parse } from 'yaml';
import { z } from 'zod';
import { processTypeProblem } from '../../model/procfile.ts';

const released = z.object({
  default_process_types: z.record(z.string(), z.string()).nullish(),
});

/**
 * The process types that `bin/release` of a buildpack names: type -> line. What it cannot mean (no YAML, odd names) is
 * left out: it is a default, and a Procfile says it better.
 */
export function readRelease(text: string): Readonly<Record<string, string>> {
  const found = released.safeParse(parsed(text));
  const types = Object.entries((found.success && found.data.default_process_types) || {});
  return Object.fromEntries(
    types.filter(([type, line]) => processTypeProblem(type) === undefined && line !== ''),
  );
}

function parsed(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 10 }) as unknown;
  } catch {
    return undefined;
  }
}
