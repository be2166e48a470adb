import { z } from 'zod';
import type { BuildFacts } from '../model/build-facts.ts';
import type { Check, Probe } from '../model/check.ts';
import type { Formation, Processes, ReleaseImage } from '../model/release.ts';

/*
 * The JSON columns of a release. Releases of years ago are read with these: a field that is added to the model gets a
 * `.default()` here, and none that was written is taken away. What a schema does not name is dropped on reading.
 */

export const imageColumn: z.ZodType<ReleaseImage> = z.object({
  id: z.string(),
  reference: z.string(),
  digest: z.string().nullable(),
  ports: z.array(z.number()),
});

export const buildColumn: z.ZodType<BuildFacts> = z.object({
  builder: z.string(),
  bases: z.array(
    z.object({
      name: z.string(),
      id: z.string(),
      digest: z.string().nullable(),
      from: z.enum(['packages', 'registry']).nullable(),
    }),
  ),
  language: z.string().nullable(),
  plan: z.string().nullable(),
  watched: z.string().nullable(),
});

const probe: z.ZodType<Probe> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('http'),
    path: z.string(),
    port: z.number().nullable(),
    headers: z.record(z.string(), z.string()),
    below: z.number(),
    content: z.string().nullable(),
  }),
  z.object({ kind: z.literal('listening'), port: z.number().nullable() }),
  z.object({ kind: z.literal('command'), argv: z.array(z.string()) }),
  z.object({ kind: z.literal('uptime'), milliseconds: z.number() }),
]);

const check: z.ZodType<Check> = z.object({
  probe,
  initialDelay: z.number(),
  timeout: z.number(),
  window: z.number(),
  warnOnly: z.boolean(),
});

export const processesColumn: z.ZodType<Processes> = z.record(
  z.string(),
  z.object({
    command: z.string().nullable(),
    check,
    checks: z.enum(['enabled', 'skipped', 'disabled']).default('enabled'),
  }),
);

export const formationColumn: z.ZodType<Formation> = z.record(
  z.string(),
  z.object({ count: z.number(), memory: z.number().nullable(), cpus: z.number().nullable() }),
);

export const domainsColumn: z.ZodType<readonly string[]> = z.array(z.string());
