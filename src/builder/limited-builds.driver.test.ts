import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { eventually } from '../../test/machine/eventually.ts';
import { runsWith } from '../../test/machine/processes.ts';
import { ensureTestImage } from '../../test/machine/test-image.ts';
import { failureOf, type TrialBuild, TrialBuilds } from '../../test/machine/trial-builds.ts';
import { randomId } from '../base/ids.ts';
import { systemCode } from '../base/failure.ts';
import { type BuildLimits, defaultBuildMemory } from '../model/build-limits.ts';
import { buildGroupsOf, weightWrites } from '../tools/cgroup.ts';
import { dockerInfo } from '../tools/docker-survey.ts';
import { LimitedBuilds } from './limited-builds.ts';

const builds = new TrialBuilds();
const builder = builds.builder();
const base = 'slipway-test/busybox:1';
const mebibyte = 1024 ** 2;

before(() => ensureTestImage(builds.docker));
after(() => builds.close());

/** A build with one step; what it runs differs from that of every other test. */
function buildOf(command: string, memory: number | null, all: number | null = null): TrialBuild {
  const limits: BuildLimits = {
    all: { memory: all ?? defaultBuildMemory(totalmem()), cpus: null },
    own: { memory, cpus: null },
  };
  return builds.of({ Dockerfile: `FROM ${base}\nRUN echo ${randomId()}; ${command}\n` }, { limits });
}

/** A program that needs as many MiB at least. */
const needs = (megabytes: number) =>
  `awk 'BEGIN { s = "x"; while (length(s) < ${megabytes} * 1024 * 1024) s = s s; print "has it" }'`;

test('A step that needs more than its app allows is told by its own code, with what was allowed.', async () => {
  const error = await failureOf(builder.build(buildOf(needs(4000), 64 * mebibyte).request));
  assert.equal(error.code, 'E_BUILD_OOM');
  assert.match(error.message, /^The step "RUN echo .*" needed more than 64 MiB$/);
});

test('The limit of one app holds for its own steps, not for those of a build beside.', async () => {
  const [limited, free] = [buildOf(needs(4000), 48 * mebibyte), buildOf(`sleep 1; ${needs(100)}`, null)];
  const [error] = await Promise.all([failureOf(builder.build(limited.request)), builder.build(free.request)]);
  assert.match(error.message, /needed more than 48 MiB/);
  assert.ok(free.lines.some(({ text }) => text === 'has it'));
});

test('What all builds may use together is the end of each.', async () => {
  const most = 1024 * mebibyte;
  const error = await failureOf(builder.build(buildOf(needs(4000), null, most).request));
  assert.equal(error.code, 'E_BUILD_OOM');
  assert.match(error.message, /needed more than 1 GiB$/);
  // The next build has what it is allowed, whatever the one before was.
  await builder.build(buildOf('true', null).request);
});

test('Builds stand back behind all else while the processor is short.', async () => {
  await builder.build(buildOf('true', null).request);
  const { cgroups } = await dockerInfo(builds.docker);
  const groups = buildGroupsOf(cgroups);
  const written = weightWrites(groups, '').filter(({ path, value }) => textOf(path)?.trim() === value);
  assert.ok(written.some(({ path }) => /cpu\.(shares|weight)$/.test(path)));
});

test('A build that is cancelled leaves no program.', async () => {
  const stop = new AbortController();
  const seconds = `90${Math.floor(Math.random() * 1e6)}`;
  const { request } = builds.of(
    { Dockerfile: `FROM ${base}\nRUN echo ${randomId()} begins; sleep ${seconds}\n` },
    {
      signal: stop.signal,
      onLine: ({ text }) => {
        if (/^\w+ begins$/.test(text))
          void eventually(async () => runsWith(seconds)).finally(() => stop.abort());
      },
    },
  );
  const error = await failureOf(builder.build(request));
  assert.equal(error.code, 'E_CANCELLED');
  await eventually(async () => !runsWith(seconds));
});

test('Where nothing can be limited, that is logged once and builds go on.', async () => {
  const logged: string[] = [];
  const log = pino({}, { write: (text: string) => void logged.push(text) });
  const limited = new LimitedBuilds(builds.docker, log, '/proc/no-such-folder');
  const unlimited = builds.limitedBy(limited);
  for (const _ of [1, 2]) await unlimited.build(buildOf('true', null).request);
  assert.equal(logged.length, 1);
  assert.match(logged[0] ?? '', /builds cannot be limited/);
});

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}
