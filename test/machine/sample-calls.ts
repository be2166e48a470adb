import { generateKeyPairSync } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { OperationName } from '../../src/contract/operations.ts';
import { call, hello, live, push, tarOf } from './memory-calls.ts';
import type { MemoryDeps } from './memory-deps.ts';

/** A machine with some of everything, on which each sample succeeds. */
export async function furnish(deps: MemoryDeps): Promise<void> {
  await live(deps, 'shop');
  await push(deps, ['shop', { ...hello, more: '' }]);
  await call(deps, ['domains:add', { app: 'shop', domains: ['www.example.com'] }]);
  await call(deps, ['ssh-keys:add', { name: 'ann', key: publicKey() }]);
  await deps.settled();
}

/** One call that succeeds for each row of the table; none that lasts. */
export const sampleInputs: { readonly [N in OperationName]: Readonly<Record<string, unknown>> } = {
  'apps:create': { app: 'blog' },
  'apps:destroy': { app: 'shop' },
  'apps:list': {},
  'apps:report': { app: 'shop' },
  'apps:exists': { app: 'shop' },
  'apps:lock': { app: 'shop' },
  'apps:unlock': { app: 'shop' },
  'apps:locked': { app: 'shop' },
  'config:set': { app: 'shop', pairs: ['GREETING=hello'] },
  'config:unset': { app: 'shop', keys: ['GREETING'] },
  'config:show': { app: 'shop' },
  'config:get': { app: 'shop', key: 'GREETING' },
  'config:keys': { app: 'shop' },
  'config:export': { app: 'shop', format: 'json' },
  'config:import': { app: 'shop', format: 'envfile', text: 'GREETING=hello' },
  'config:clear': { app: 'shop' },
  'config:history': { app: 'shop' },
  'git:set': { app: 'shop', property: 'deploy-branch', value: 'main' },
  'git:report': { app: 'shop' },
  'git:from-image': { app: 'shop', image: 'nginx:1' },
  'git:from-archive': { app: 'shop', source: '--', archiveType: 'tar' },
  'git:receive': { app: 'shop', commit: '1a2b3c4d'.repeat(5), branch: 'main' },
  'git:authorize': { app: 'shop', service: 'git-receive-pack' },
  releases: { app: 'shop' },
  'releases:info': { app: 'shop', release: 'v1' },
  'releases:diff': { app: 'shop', from: 'v1', to: 'v2' },
  'releases:output': { app: 'shop', release: 'v1' },
  rollback: { app: 'shop', release: 'v1' },
  deploys: { app: 'shop' },
  'deploys:output': { app: 'shop', id: '1' },
  jobs: { app: 'shop' },
  'ps:scale': { app: 'shop', formation: ['web=2'] },
  'ps:restart': { app: 'shop', type: 'web' },
  'ps:rebuild': { app: 'shop' },
  'ps:stop': { app: 'shop' },
  'ps:start': { app: 'shop' },
  'ps:report': { app: 'shop' },
  'ps:set': { app: 'shop', property: 'stop-timeout-seconds', value: '60' },
  'domains:add': { app: 'shop', domains: ['a.example.com'] },
  'domains:remove': { app: 'shop', domains: ['www.example.com'] },
  'domains:set': { app: 'shop', domains: ['b.example.com'] },
  'domains:clear': { app: 'shop' },
  'domains:reset': { app: 'shop' },
  'domains:set-global': { domains: ['example.com'] },
  'domains:report': { app: 'shop' },
  logs: { app: 'shop', num: '10', ps: 'web.1' },
  'ssh-keys:add': { name: 'bob', key: publicKey() },
  'ssh-keys:list': {},
  'ssh-keys:remove': { name: 'ann' },
  events: { app: 'shop', num: '10' },
  'images:list': {},
  'images:build': { name: 'node:22' },
  version: {},
  url: { app: 'shop' },
  urls: { app: 'shop' },
  report: {},
};

/** What is piped into the operations that read it. */
export function sampleStdin(name: OperationName): Readable | undefined {
  return name === 'git:receive' || name === 'git:from-archive' ? tarOf(hello) : undefined;
}

/** A public key of OpenSSH (RFC 8709: the name and the key, each behind its length). */
function publicKey(): string {
  const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const parts = [Buffer.from('ssh-ed25519'), Buffer.from(x ?? '', 'base64url')];
  const blob = Buffer.concat(parts.flatMap((part) => [lengthOf(part), part]));
  return `ssh-ed25519 ${blob.toString('base64')} somebody`;
}

function lengthOf(part: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
}
