import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { failure } from '../model/failures.ts';
import type { Settings } from '../model/settings.ts';

const port = z.coerce.number().int().min(1).max(65_535);
const path = z.string().startsWith('/');

const environment = z.object({
  SLIPWAY_INSTANCE: z.string().default('main'),
  SLIPWAY_ROOT: path.default('/var/lib/slipway'),
  SLIPWAY_LIB: path.default('/usr/local/lib/slipway'),
  SLIPWAY_HTTP_PORT: port.default(80),
  SLIPWAY_HTTPS_PORT: port.default(443),
  SLIPWAY_ACME_SERVER: z.string().default('production'),
  SLIPWAY_ACME_PORT: port.default(80),
  SLIPWAY_DNS_SERVERS: z.string().default(''),
  SLIPWAY_GLOBAL_DOMAIN: z.string().default('localhost'),
  SLIPWAY_SSH_USER: z.string().default('slipway'),
  SLIPWAY_SSH_PORT: port.default(22),
  SLIPWAY_DOCKER_SOCKET: path.default('/var/run/docker.sock'),
  SLIPWAY_SUBNETS: z.string().default('10.192.0.0/11'),
  SLIPWAY_SUPERVISOR: z.enum(['systemd', 'script']).default('script'),
  SLIPWAY_HAPROXY: z.string().default('haproxy'),
  SLIPWAY_BIND: z.string().default('*'),
  SLIPWAY_EXTRA_CA: path.default('/usr/local/share/ca-certificates'),
  SLIPWAY_IMAGES: z.enum(['auto', 'registry', 'packages']).default('auto'),
  SLIPWAY_ALLOW_PRIVATE_DOWNLOADS: z.enum(['true', 'false']).default('false'),
  SLIPWAY_MAX_JOBS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(() => Math.max(4, 2 * availableParallelism())),
  SLIPWAY_MAX_BUILDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(() => Math.max(1, Math.floor(availableParallelism() / 2))),
  SLIPWAY_PAUSE_AT: z.string().optional(),
  SLIPWAY_LOG_LEVEL: z.string().default('info'),
});

/** The settings that the environment gives; throws E_INPUT with every wrong one named. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const result = environment.safeParse(env);
  if (!result.success) {
    const detail = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw failure('E_INPUT', 'The environment of slipwayd is wrong', {
      detail,
      hint: 'the settings stand in slipway.env in the root folder',
    });
  }
  const values = result.data;
  return {
    instance: values.SLIPWAY_INSTANCE,
    root: values.SLIPWAY_ROOT,
    lib: values.SLIPWAY_LIB,
    httpPort: values.SLIPWAY_HTTP_PORT,
    httpsPort: values.SLIPWAY_HTTPS_PORT,
    bind: values.SLIPWAY_BIND,
    acmeServer: values.SLIPWAY_ACME_SERVER,
    acmePort: values.SLIPWAY_ACME_PORT,
    dnsServers: values.SLIPWAY_DNS_SERVERS.split(',').filter((server) => server !== ''),
    globalDomain: values.SLIPWAY_GLOBAL_DOMAIN,
    sshUser: values.SLIPWAY_SSH_USER,
    sshPort: values.SLIPWAY_SSH_PORT,
    dockerSocket: values.SLIPWAY_DOCKER_SOCKET,
    subnets: values.SLIPWAY_SUBNETS,
    supervisor: values.SLIPWAY_SUPERVISOR,
    haproxy: values.SLIPWAY_HAPROXY,
    extraCa: certificates(values.SLIPWAY_EXTRA_CA),
    imageSource: values.SLIPWAY_IMAGES,
    allowPrivateDownloads: values.SLIPWAY_ALLOW_PRIVATE_DOWNLOADS === 'true',
    maxJobs: values.SLIPWAY_MAX_JOBS,
    maxBuilds: values.SLIPWAY_MAX_BUILDS,
    pauseAt: values.SLIPWAY_PAUSE_AT ?? null,
    logLevel: values.SLIPWAY_LOG_LEVEL,
  };
}

/** All that the distribution trusts: a program that is told of extra certificates trusts those alone. */
const distributionBundle = '/etc/ssl/certs/ca-certificates.crt';

/** What builds must trust on a machine whose owner added certificates of their own; nothing on any other. */
function certificates(folder: string): readonly string[] {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.crt')) : [];
  if (names.length === 0) return [];
  const bundle = existsSync(distributionBundle) ? [distributionBundle] : [];
  return [...bundle, ...names.sort().map((name) => join(folder, name))];
}
