import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BuildError } from '../tools/buildkit-build.ts';
import type { BuildTrace, TraceVertex } from '../tools/buildkit-trace.ts';
import { BuildOutput, stepInstruction, stepName } from './build-output.ts';
import { readConfig } from './detect/plan-dockerfile.ts';
import { buildFailure } from './dockerfile-failure.ts';
import { caMount } from './dockerfile-rewrite.ts';
import { tcpPorts } from './inspect-image.ts';

function linesOf(...traces: Partial<BuildTrace>[]): string[] {
  const lines: string[] = [];
  const output = new BuildOutput((line) => lines.push(line));
  for (const trace of traces) output.take({ vertexes: [], statuses: [], logs: [], ...trace });
  return lines;
}

const vertex = (name: string, more: Partial<TraceVertex> = {}): TraceVertex => ({
  digest: name,
  name,
  cached: false,
  started: 1,
  completed: null,
  error: '',
  ...more,
});
const log = (name: string, text: string) => ({
  vertex: name,
  stream: 'stdout' as const,
  bytes: Buffer.from(text),
});

test('A step is named once, when it begins or was found in the cache.', () => {
  const run = '[2/3] RUN npm ci';
  assert.deepEqual(
    linesOf(
      { vertexes: [vertex(run, { started: null }), vertex('[3/3] COPY . .', { started: null })] },
      { vertexes: [vertex('[1/3] FROM docker.io/library/node:22', { cached: true }), vertex(run)] },
      { logs: [log(run, 'added 5 pack')] },
      { logs: [log(run, 'ages\nlast')] },
      { vertexes: [vertex(run, { completed: 2 })] },
      { vertexes: [vertex('[3/3] COPY . .', { cached: true, completed: 2 })] },
    ),
    ['[1/3] FROM node:22', run, 'added 5 packages', 'last', 'CACHED [3/3] COPY . .'],
  );
});

test("BuildKit's housekeeping is not shown.", () => {
  const names = [
    '[internal] load remote build context',
    'copy /context /',
    'exporting to image',
    'resolve image config for docker.io/docker/dockerfile:1',
  ];
  assert.deepEqual(linesOf({ vertexes: names.map((name) => vertex(name)) }), []);
});

test('The name of a step is one line of bearable length, without what Slipway added.', () => {
  assert.equal(
    stepName(`[2/2] RUN ${caMount} apt-get update &&     apt-get\tinstall`),
    '[2/2] RUN apt-get update && apt-get install',
  );
  const caches = '--mount=type=cache,target=/root/.npm,id=slipway-main-0a1b';
  assert.equal(
    stepName(`[deps 2/3] RUN ${caches} ${readConfig('slipway-install')} npm ci`),
    '[deps 2/3] RUN npm ci',
  );
  assert.equal(stepName('[2/2] RUN echo --mount=type=cache'), '[2/2] RUN echo --mount=type=cache');
  assert.equal(stepName(`RUN ${'x'.repeat(500)}`).length, 120);
  assert.equal(stepInstruction('[build 2/12] RUN make'), 'RUN make');
});

const context = { path: 'Dockerfile', originalLine: (line: number) => line - 1, leftOutSyntax: undefined };
const told = (message: string, step?: string) => {
  const { code, message: text } = buildFailure(new BuildError(message, { step }), context);
  return `${code} ${text}`;
};

test('Errors of BuildKit, old and new, become failures that name the cause.', () => {
  assert.equal(
    told('executor failed running [/bin/sh -c npm ci]: exit code: 1', '[2/3] RUN npm ci'),
    'E_BUILD_FAILED The step "RUN npm ci" ended with exit code 1',
  );
  assert.equal(
    told('process "/bin/sh -c x" did not complete successfully: exit code: 137', '[2/3] RUN x'),
    'E_BUILD_FAILED The step "RUN x" ended with exit code 137: it was killed',
  );
  assert.equal(
    told('failed to compute cache key: "/a" not found: not found', '[2/2] COPY a /'),
    'E_BUILD_FAILED The step "COPY a /" failed: "/a" not found',
  );
  const wrapped = 'failed to solve with frontend dockerfile.v0: failed to create LLB definition: ';
  assert.equal(
    told(`${wrapped}dockerfile parse error line 3: unknown instruction: FOO`),
    'E_DOCKERFILE Dockerfile line 2: unknown instruction: FOO',
  );
  assert.equal(
    told(`${wrapped}the Dockerfile cannot be empty`),
    'E_DOCKERFILE Dockerfile: the Dockerfile cannot be empty',
  );
  assert.equal(
    told(
      `${wrapped}failed to do request: Head "x": no such host`,
      '[internal] load metadata for docker.io/library/a:1',
    ),
    'E_REGISTRY_DNS a:1 cannot be had: failed to do request: Head "x": no such host',
  );
  assert.equal(told('write /x: no space left on device', '[2/3] RUN x').split(' ')[0], 'E_DISK_FULL');
});

test('Only TCP ports count, lowest first.', () => {
  assert.deepEqual(tcpPorts(['8080/tcp', '53/udp', '80/tcp', '9']), [9, 80, 8080]);
});
