import { randomBytes } from 'node:crypto';
import { Secret } from '../base/secret.ts';
import { defaultCheck } from '../model/check.ts';
import type { NewDeploy } from '../model/deploy.ts';
import type { Release } from '../model/release.ts';
import { sealerOf } from './sealer.ts';
import { openStore } from './sqlite.ts';

/* What the tests of the store write into it. */

export const sealer = sealerOf(randomBytes(32));
/** A store that is forgotten when it is closed. */
export const memory = () => openStore(':memory:', sealer);
/** A config of plain texts. */
export const secrets = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, new Secret(value)]));
/** The plain texts of a config: two Secrets are deeply equal whatever they hold. */
export const reveal = (config: Readonly<Record<string, Secret>>) =>
  Object.fromEntries(Object.entries(config).map(([key, value]) => [key, value.reveal()]));

export const release: Omit<Release, 'number' | 'app'> = {
  image: { id: 'sha256:abc', reference: 'slipway/test/shop:d1', digest: null, ports: [3000, 8080] },
  config: secrets({ GREETING: 'ahoy', EMPTY: '', TEXT: 'two\nlines = "quoted"' }),
  processes: {
    web: { command: 'node server.js', check: defaultCheck('web'), checks: 'enabled' },
    worker: { command: null, check: defaultCheck('worker'), checks: 'skipped' },
    odd: {
      command: '',
      check: { ...defaultCheck('odd'), probe: { kind: 'command', argv: ['true'] } },
      checks: 'disabled',
    },
    ear: {
      command: 'x',
      check: { ...defaultCheck('ear'), probe: { kind: 'listening', port: 25 } },
      checks: 'enabled',
    },
  },
  formation: {
    web: { count: 2, memory: 512 * 1024 ** 2, cpus: 0.5 },
    worker: { count: 0, memory: null, cpus: null },
  },
  domains: ['shop.example.com'],
  revision: '1a2b3c4',
  stopTimeout: 30,
  restartPolicy: 'unless-stopped',
  revisionVariable: 'GIT_REV',
  description: 'Deploy 1a2b3c4',
  build: {
    builder: 'dockerfile',
    bases: [{ name: 'node:22-slim', id: 'sha256:base', digest: null, from: 'packages' }],
    language: null,
    plan: null,
    watched: null,
  },
};
export const by = { deploy: 7, actor: 'ann', at: 5 };
export const push: NewDeploy = { kind: 'git', subject: '1a2b3c4', actor: 'ann', createdAt: 10 };
