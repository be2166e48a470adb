import { z } from 'zod';
import { Failure } from '../base/failure.ts';
import { configKeyProblem } from './config-key.ts';
import { processTypeProblem } from './procfile.ts';
import { mostProcesses } from './scale-words.ts';
import { parseSize } from './size.ts';

/*
 * The schema of app.json, after the public pages on that file by Heroku (dev center, "app.json Schema") and Dokku
 * (docs, "app.json"). A key that these know and Slipway does not use is accepted, so that the same file works here.
 */

/** A key that is known elsewhere and has no meaning here. */
const ignored = z.unknown().optional();

const line = z
  .string()
  .min(1, 'must not be empty')
  .refine((text) => !text.includes('\0'), 'must not contain a NUL');

/** The keys of a record, checked by a function that says what is wrong with one. */
function names(problem: (name: string) => string | undefined) {
  return z.string().superRefine((name, context) => {
    const message = problem(name);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
}

const environmentVariable = z.preprocess(
  (value) => (typeof value === 'string' ? { value } : value),
  z.strictObject(
    {
      value: z.string().nullable().default(null),
      /** A deploy needs a value, where none is declared. */
      required: z.boolean().default(true),
      generator: z.literal('secret').nullable().default(null),
      description: z.string().nullable().default(null),
      sync: ignored,
    },
    'must be a text, or an object with value, required, generator, description',
  ),
);

/** Bytes of `512M` or of a number. */
const size = z
  .union([z.string(), z.number()], 'must be a size such as "512M"')
  .transform((value, context) => {
    try {
      return parseSize(String(value));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      context.addIssue({ code: 'custom', message: `must be a size such as "512M"` });
      return z.NEVER;
    }
  });

const cores = z.coerce.number('must be a number of cores such as 0.5').positive().max(1024);

const formationEntry = z
  .strictObject({
    quantity: z.int().min(0).max(mostProcesses).optional(),
    max_parallel: z.int().min(1).optional(),
    memory: size.optional(),
    cpu: cores.optional(),
    size: ignored,
    autoscaling: ignored,
    service: ignored,
  })
  .transform((entry) => ({
    quantity: entry.quantity ?? null,
    maxParallel: entry.max_parallel ?? null,
    memory: entry.memory ?? null,
    cpus: entry.cpu ?? null,
  }));

/** A field name and a value of HTTP (RFC 9110, 5.1 and 5.5), in ASCII. */
const header = z.strictObject({
  name: z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be a name of an HTTP header'),
  value: z.string().regex(/^[\t\x20-\x7e]*$/, 'must be ASCII on one line'),
});

const argv = z
  .union([line, z.array(line).min(1)], 'must be a text, or a list of texts')
  .transform((command) => (typeof command === 'string' ? ['/bin/sh', '-c', command] : command));

const probes = ['path', 'command', 'listening', 'uptime'] as const;

const healthcheck = z
  .strictObject({
    type: z.enum(['startup', 'readiness', 'liveness']).default('startup'),
    path: z
      .string()
      .regex(/^\/[\x21-\x7e]*$/, 'must begin with / and have no spaces')
      .optional(),
    command: argv.optional(),
    listening: z.literal(true).optional(),
    uptime: z.number().positive().max(3600).optional(),
    attempts: z.int().min(1).max(1000).default(3),
    initialDelay: z.number().min(0).max(3600).default(0),
    timeout: z.number().positive().max(3600).default(5),
    wait: z.number().min(0).max(3600).default(5),
    content: z.string().min(1).optional(),
    httpHeaders: z.array(header).default([]),
    port: z.int().min(1).max(65_535).optional(),
    scheme: z.enum(['http', 'HTTP'], 'must be http: processes are reached without TLS').optional(),
    warn: z.boolean().default(false),
    name: ignored,
    description: ignored,
    onFailure: ignored,
  })
  .superRefine((check, context) => {
    const found = probes.filter((probe) => check[probe] !== undefined);
    if (found.length === 1) return;
    const has = found.length === 0 ? 'none' : found.join(' and ');
    context.addIssue({
      code: 'custom',
      message: `must have exactly one of ${probes.join(', ')}; it has ${has}`,
    });
  });

const healthchecks = z
  .array(healthcheck)
  .refine((checks) => checks.filter(({ type }) => type === 'startup').length < 2, {
    message: 'must have at most one check of type startup',
  });

const cronEntry = z
  .strictObject({
    command: line,
    schedule: z
      .string()
      .regex(
        /^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|([0-9A-Za-z*/,#?-]+ +){4,5}[0-9A-Za-z*/,#?-]+)$/,
        {
          message: 'must have five fields, such as "0 1 * * *", or be @daily or the like',
        },
      ),
    concurrency_policy: z.enum(['allow', 'forbid', 'replace']).default('allow'),
    maintenance: z.boolean().default(false),
  })
  .transform(({ concurrency_policy: concurrency, ...entry }) => ({ ...entry, concurrency }));

const scripts = z
  .strictObject({
    dokku: z.strictObject({ predeploy: line.optional(), postdeploy: line.optional() }).default({}),
    postdeploy: line.optional(),
    'pr-predestroy': ignored,
    test: ignored,
    'test-setup': ignored,
  })
  .transform(({ dokku, postdeploy }) => ({
    /** In the new image, before the switch. */
    predeploy: dokku.predeploy ?? null,
    /** In the new image, after the switch. */
    postdeploy: dokku.postdeploy ?? null,
    /** After the first deploy only. */
    firstDeploy: postdeploy ?? null,
  }));

/** A name of a Debian package (Debian Policy 5.6.7). */
const packages = z
  .array(z.string().regex(/^[a-z0-9][a-z0-9+.-]*$/, 'must be a name of a package of the distribution'))
  .max(200)
  .default([]);

/** A command of a build, on one line. */
const command = line
  .regex(/^[^\r\n]*$/, 'must be on one line')
  .nullable()
  .default(null);

const build = z.strictObject({
  language: z.string().nullable().default(null),
  version: z
    .string()
    .regex(/^[\w .<>=~^*|-]{1,100}$/, 'must be a version such as "22" or ">=3.11"')
    .nullable()
    .default(null),
  install: command,
  build: command,
  start: command,
  static: z
    .string()
    .regex(/^(?!.*(^|\/)\.\.(\/|$))[\w@+][\w./@+-]*$/, 'must be a folder of the source')
    .nullable()
    .default(null),
  packages: z.strictObject({ build: packages, run: packages }).prefault({}),
});

const noScripts = { predeploy: null, postdeploy: null, firstDeploy: null };

const other =
  '$schema name description keywords website repository logo success_url addons stack image environments'.split(
    ' ',
  );

export const appJsonSchema = z
  .strictObject({
    ...Object.fromEntries(other.map((key) => [key, ignored])),
    env: z.record(names(configKeyProblem), environmentVariable).default({}),
    formation: z.record(names(processTypeProblem), formationEntry).default({}),
    healthchecks: z.record(names(processTypeProblem), healthchecks).default({}),
    cron: z.array(cronEntry).default([]),
    scripts: scripts.default(noScripts),
    buildpacks: z.array(z.strictObject({ url: line })).default([]),
    build: build.prefault({}),
  })
  .transform(({ env, formation, healthchecks, cron, scripts, buildpacks, build }) => ({
    env,
    formation,
    healthchecks,
    cron,
    scripts,
    buildpacks: buildpacks.map(({ url }) => url),
    build,
  }));

export type AppJson = z.infer<typeof appJsonSchema>;
export type Healthcheck = AppJson['healthchecks'][string][number];
