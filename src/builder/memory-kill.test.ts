import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BuildError } from '../tools/buildkit-build.ts';
import { memoryKills } from '../tools/kernel-log.ts';
import { buildFailure } from './dockerfile-failure.ts';
import { explainKill, type KillEvidence } from './memory-kill.ts';

const context = { path: 'Dockerfile', originalLine: (line: number) => line, leftOutSyntax: undefined };
const limits = { all: { memory: 1.5 * 1024 ** 3, cpus: null }, own: { memory: 256 * 1024 ** 2, cpus: null } };

/** A line of the kernel's log, as it writes one for a step. */
function killed(step: string, oom: string | null): string {
  const constraint = oom === null ? 'CONSTRAINT_NONE' : 'CONSTRAINT_MEMCG';
  const group = oom === null ? 'global_oom' : `oom_memcg=${oom}`;
  return `oom-kill:constraint=${constraint},nodemask=(null),cpuset=${step},mems_allowed=0,${group},task_memcg=/docker/buildkit/${step},task=node,pid=7,uid=0`;
}

function failureOf(exitCode: number, evidence: Partial<KillEvidence> & { readonly log?: readonly string[] }) {
  const error = new BuildError(`executor failed running [/bin/sh]: exit code: ${exitCode}`, {
    step: '[2/3] RUN npm run build',
    lines: ['transforming...'],
  });
  const kills = memoryKills(evidence.log ?? []);
  const explained = explainKill(error, {
    steps: new Set(['abc']),
    limitMet: false,
    limits,
    kills,
    ...evidence,
  });
  assert.ok(explained instanceof BuildError);
  const { code, message, hint, detail } = buildFailure(explained, context);
  assert.deepEqual(detail, ['transforming...']);
  return { code, message, hint };
}

test('A step that was killed at the limit of all builds says how much that is, and how to raise it', () => {
  const { code, message, hint } = failureOf(137, { log: [killed('abc', '/docker/buildkit')] });
  assert.equal(code, 'E_BUILD_OOM');
  assert.equal(message, 'The step "RUN npm run build" needed more than 1.5 GiB');
  assert.match(hint ?? '', /--global/);
});

test('One at the limit of its app names that, whatever it made of the kill', () => {
  const { code, message, hint } = failureOf(1, { log: [killed('abc', '/docker/buildkit/abc')] });
  assert.equal(code, 'E_BUILD_OOM');
  assert.equal(message, 'The step "RUN npm run build" needed more than 256 MiB');
  assert.match(hint ?? '', /resource:limit APP/);
});

test('Where the machine had no more, no limit is named', () => {
  const { message } = failureOf(137, { log: [killed('abc', null)] });
  assert.equal(message, 'The step "RUN npm run build" needed more memory than the machine had left');
});

test('Without the log of the kernel, SIGKILL and a limit that was met are enough', () => {
  assert.equal(failureOf(137, { limitMet: true }).code, 'E_BUILD_OOM');
  assert.equal(failureOf(1, { limitMet: true }).code, 'E_BUILD_FAILED');
});

test('A kill by somebody is none for memory, nor is that of a step of another build', () => {
  assert.deepEqual(failureOf(137, {}), {
    code: 'E_BUILD_FAILED',
    message: 'The step "RUN npm run build" ended with exit code 137: it was killed',
    hint: 'the machine, or the limit for builds, may have too little memory for this step',
  });
  assert.equal(failureOf(137, { log: [killed('other', '/docker/buildkit')] }).code, 'E_BUILD_FAILED');
});

test('A step of the driver systemd is known by its id as well', () => {
  const group = '/system.slice/system.slice:docker:abc';
  const log = [
    `oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=${group},task_memcg=${group},task=node,pid=7,uid=0`,
  ];
  assert.equal(failureOf(137, { log }).code, 'E_BUILD_OOM');
});
