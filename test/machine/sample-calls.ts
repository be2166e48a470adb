import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { type OperationName, operationNames, rowOf } from '../../src/contract/operations.ts';
import { parseCommand } from '../../src/contract/parse-command.ts';
import { isKindName, kindNames, type KindName } from '../../src/model/service-kind.ts';
import { kinds } from '../../src/service/kinds/kinds.ts';
import type { FailureCode } from '../../src/model/failures.ts';
import { call, detached, hello, push, tarOf } from './memory-calls.ts';
import type { MemoryDeps } from './memory-deps.ts';

/** A key and a certificate for `shop.example.com` that signs itself. */
export const selfSignedPem = readFileSync(
  new URL('../../src/router/golden/self-signed.pem', import.meta.url),
  'utf8',
);

/** A machine with some of everything, on which each sample succeeds. */
export async function furnish(deps: MemoryDeps): Promise<void> {
  await detached(deps, ['apps:create', { app: 'shop' }]);
  await push(deps, ['shop', hello]);
  await deps.settled();
  await push(deps, ['shop', { ...hello, more: '' }]);
  await call(deps, ['domains:add', { app: 'shop', domains: ['www.example.com'] }]);
  // No buildpack is fetched for it, whatever it is set to have.
  await call(deps, ['builder:set', { app: 'shop', property: 'selected', value: 'dockerfile' }]);
  await call(deps, ['buildpacks:add', { app: 'shop', buildpack: 'heroku/nodejs', index: null }]);
  await call(deps, ['certs:add', { app: 'shop' }], { stdin: Readable.from([selfSignedPem]) });
  await call(deps, ['ssh-keys:add', { name: 'alice', key: publicKey() }]);
  await call(deps, ['ssh-keys:add', { name: 'dora', key: publicKey(), role: 'deployer' }]);
  await call(deps, ['access:add', { app: 'shop', key: 'dora' }]);
  for (const kind of kindNames) await furnishService(deps, kind);
  await push(deps, ['shop', { ...hello, Procfile: 'web: crash' }]).catch(() => {});
  await deps.settled();
}

/** One that no app is linked to, `db`, and one that an app is, `linked`. */
async function furnishService(deps: MemoryDeps, kind: KindName): Promise<void> {
  for (const name of ['db', 'linked']) await call(deps, [`${kind}:create`, { name }]);
  await call(deps, [`${kind}:link`, { name: 'linked', app: 'shop', noRestart: true }]);
  if (kinds[kind].dump) await call(deps, [`${kind}:backup`, { name: 'linked', noVerify: true }]);
}

/** What to call in place of the first example of a verb of services. */
const otherVerbs: Readonly<Record<string, Input>> = {
  create: {
    name: 'new',
    image: 'nginx',
    imageVersion: '1',
    memory: '256M',
    shmSize: '64M',
    password: 'a-long-password',
    customEnv: 'A=1;B=2',
    configOptions: "-c 'max connections'",
  },
  clone: { name: 'db', into: 'copy', memory: '256M' },
  fork: { name: 'db', into: 'copy', memory: '256M' },
  expose: { name: 'db', place: '15432' },
  upgrade: { name: 'db', memory: '256M' },
  link: { name: 'db', app: 'shop', alias: 'BLUE', query: 'pool=5' },
  unlink: { name: 'linked', app: 'shop' },
  promote: { name: 'linked', app: 'shop' },
  linked: { name: 'linked', app: 'shop' },
  logs: { name: 'db', num: '10' },
  enter: { name: 'db', command: ['true'] },
  backup: { name: 'db' },
  'backup-archive': { name: 'db', keep: '14' },
  'backup-verify': { name: 'linked' },
  'backup-remove': { name: 'linked', backup: '1' },
  restore: { name: 'linked', into: 'restored' },
  'backup-auth': {
    name: 'db',
    accessKey: 'KEY',
    secretKey: 'a-secret-key',
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
  },
  'backup-schedule': { name: 'db', schedule: '0 3 * * *', keep: 'daily=7,weekly=4' },
  'backup-set-encryption': { name: 'db', passphrase: 'correct horse battery' },
};

function otherOfVerb(name: OperationName): Input | undefined {
  const [kind = '', verb = ''] = name.split(':');
  return isKindName(kind) ? otherVerbs[verb] : undefined;
}

/** What to call in place of a row's first example, where that needs another machine than a furnished one. */
const others: { readonly [N in OperationName]?: Input } = {
  'apps:create': { app: 'blog' },
  'apps:destroy': { app: 'shop' },
  'buildpacks:add': { app: 'shop', buildpack: 'heroku/go', index: '1' },
  'config:import': { app: 'shop', format: 'envfile', text: 'GREETING=hello' },
  'letsencrypt:dns': { provider: 'cloudflare', login: 'TOKEN=secret' },
  'letsencrypt:account': { server: 'zerossl', keyId: 'kid-1', key: 'c2VjcmV0LXNlY3JldC1zZWNyZXQ' },
  'certs:show': { app: 'shop', part: 'both' },
  'git:from-image': { app: 'shop', image: 'nginx:1' },
  'git:from-archive': { app: 'shop', source: '--', archiveType: 'tar' },
  'git:sync': { app: 'shop', repository: 'file:///nonexistent', ref: 'main' },
  'git:load-image': { app: 'shop', image: 'nginx:1' },
  'git:auth': { host: 'git.example.com', username: 'deploy', password: 'TOKEN' },
  'git:allow-host': { host: '127.0.0.1:1' },
  'builder:plan': { app: 'shop', source: '--' },
  'releases:info': { app: 'shop', release: 'v1' },
  'releases:output': { app: 'shop', release: 'v1' },
  'releases:diff': { app: 'shop', from: 'v1', to: 'v2' },
  'domains:remove-global': { domains: ['localhost'] },
  rollback: { app: 'shop', release: 'v1' },
  'deploys:output': { app: 'shop', id: '1' },
  'deploys:info': { app: 'shop', id: '1' },
  'builds:output': { app: 'shop', id: '1' },
  'ps:scale': { app: 'shop', formation: ['web=2'] },
  'ps:restart': { app: 'shop', type: 'web' },
  logs: {
    app: 'shop',
    num: '10',
    ps: 'web.1',
    since: '1d',
    until: '2026-01-31',
    grep: 'one two',
    request: '0af1-request',
  },
  events: { app: 'shop', num: '10' },
  'ssh-keys:add': { name: 'bob', key: publicKey() },
};

/** Samples that fail, and how: the store is whole, nothing is under way, and neither a repository nor a key of the machine may be fetched. */
export const failing: ReadonlyMap<OperationName, FailureCode> = new Map([
  ['deploys:cancel', 'E_NOT_FOUND'],
  ['jobs:cancel', 'E_NOT_FOUND'],
  ['git:sync', 'E_INPUT'],
  ['server:recover', 'E_INPUT'],
  ['git:allow-host', 'E_DOWNLOAD'],
  // Backup 1 is one of the first kind.
  ...kindNames.slice(1).map((kind) => [`${kind}:backup-remove`, 'E_NOT_FOUND'] as const),
  ...kindNames.flatMap((kind) =>
    ['upgrade-undo', 'upgrade-finish'].map(
      (verb) => [`${kind}:${verb}` as OperationName, 'E_NOT_FOUND'] as const,
    ),
  ),
  ...kindNames
    .filter((kind) => kinds[kind].archive === null)
    .map((kind) => [`${kind}:backup-archive`, 'E_INPUT'] as const),
  ...kindNames
    .filter((kind) => kinds[kind].base === null)
    .map((kind) => [`${kind}:fork`, 'E_INPUT'] as const),
  ...kindNames
    .filter((kind) => kinds[kind].client === null)
    .map((kind) => [`${kind}:connect`, 'E_INPUT'] as const),
  ...kindNames
    .filter((kind) => kinds[kind].dump === null)
    .flatMap((kind) => [
      [`${kind}:backup`, 'E_INPUT'] as const,
      [`${kind}:clone`, 'E_INPUT'] as const,
      [`${kind}:backup-schedule`, 'E_INPUT'] as const,
      [`${kind}:backup-verify`, 'E_NOT_FOUND'] as const,
      [`${kind}:restore`, 'E_NOT_FOUND'] as const,
      [`${kind}:export`, 'E_INPUT'] as const,
      [`${kind}:import`, 'E_INPUT'] as const,
    ]),
]);

export type Input = Readonly<Record<string, unknown>>;

/** One call for each row of the table: its first example, or one that reaches more of its handler. None lasts. */
export const sampleInputs = Object.fromEntries(
  operationNames.map((name) => [name, others[name] ?? otherOfVerb(name) ?? inputOfExample(name)]),
) as { readonly [N in OperationName]: Input };

function inputOfExample(name: OperationName): Input {
  const [words = ''] = rowOf(name).examples[0]?.split(' < ') ?? [];
  const command = parseCommand(words.split(' '));
  if (command.kind !== 'run') throw new Error(`the example of ${name} runs nothing`);
  return command.input;
}

/** What is piped into the operations that read it. */
export function sampleStdin(name: OperationName): Readable | undefined {
  if (name === 'git:load-image') return Readable.from(['nginx:1']);
  if (name.endsWith(':import')) return Readable.from(['a dump']);
  if (name.startsWith('certs:')) return Readable.from([selfSignedPem]);
  return ['git:receive', 'git:from-archive', 'builder:plan'].includes(name) ? tarOf(hello) : undefined;
}

/** A public key of OpenSSH (RFC 8709: the name and the key, each behind its length). */
export function publicKey(): string {
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
