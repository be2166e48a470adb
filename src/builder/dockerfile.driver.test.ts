import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { ensureTestImage } from '../../test/machine/test-image.ts';
import { detailsOf, failureOf, TrialBuilds } from '../../test/machine/trial-builds.ts';
import { randomId } from '../base/ids.ts';
import { inspectImage } from './inspect-image.ts';

const builds = new TrialBuilds();
const builder = builds.builder();
const base = 'slipway-test/busybox:1';

before(() => ensureTestImage(builds.docker));
after(() => builds.close());

test('An image is built, tagged, labelled, and its ports are told.', async () => {
  const { request, lines } = builds.of({
    Dockerfile: `ARG BASE=busybox\nFROM slipway-test/\${BASE}:1\nCOPY . /app/\nRUN cat /app/a.txt; echo to-stderr >&2\nEXPOSE 8080 80/tcp 53/udp\nRUN false ||\\\n   true\n`,
    'a.txt': `hello ${builds.instance}\n`,
  });
  builds.asked.length = 0;
  const image = await builder.build(request);
  assert.deepEqual(builds.asked, [base]);
  const baseImage = await inspectImage(builds.docker, base);
  assert.ok(baseImage);
  assert.deepEqual(image, {
    id: image.id,
    digest: null,
    ports: [80, 8080],
    bases: [{ name: base, id: baseImage.id, digest: baseImage.digest, from: baseImage.from }],
  });
  assert.equal((await inspectImage(builds.docker, request.reference))?.id, image.id);
  const { Config } = (await builds.docker.json('GET', `/images/${image.id}/json`)) as {
    Config: { Labels: Record<string, string> };
  };
  assert.equal(Config.Labels['slipway.instance'], builds.instance);
  assert.deepEqual(lines[0], { kind: 'step', text: 'Building with Dockerfile' });
  const shown = detailsOf(lines)
    .filter((line) => !line.includes('FROM'))
    .toSorted();
  assert.deepEqual(
    shown,
    [
      '[2/4] COPY . /app/',
      '[3/4] RUN cat /app/a.txt; echo to-stderr >&2',
      '[4/4] RUN false || true',
      `hello ${builds.instance}`,
      'to-stderr',
    ].toSorted(),
  );
});

test('An equal tree with other times comes from the cache as a whole.', async () => {
  const files = {
    Dockerfile: `FROM ${base}\nCOPY . /app/\nRUN echo ${builds.instance} > /made`,
    'a.txt': randomId(),
    'bin/run': '#!/bin/sh',
  };
  const [one, two] = [builds.of(files), builds.of(files)];
  for (const { tree } of [one, two]) chmodSync(join(tree, 'bin/run'), 0o755);
  utimesSync(join(two.tree, 'a.txt'), 1000, 1000);
  const [first, second] = [await builder.build(one.request), await builder.build(two.request)];
  assert.equal(second.id, first.id);
  assert.deepEqual(detailsOf(two.lines), [
    `[1/3] FROM ${base}`,
    'CACHED [2/3] COPY . /app/',
    `CACHED [3/3] RUN echo ${builds.instance} > /made`,
  ]);
  assert.match(await builds.outputOf(first.id, 'ls', '-l', '/app/bin/run'), /^-rwxr-xr-x/);
});

test('Output comes while the step runs; a cancelled build stops its step.', async () => {
  const stop = new AbortController();
  const mark = randomId();
  const { request, lines } = builds.of(
    { Dockerfile: `FROM ${base}\nRUN echo begun-${mark}; sleep 300; echo ended-${mark}` },
    { signal: stop.signal, onLine: ({ text }) => text === `begun-${mark}` && stop.abort() },
  );
  const error = await failureOf(builder.build(request));
  assert.equal(error.code, 'E_CANCELLED');
  assert.ok(!detailsOf(lines).includes(`ended-${mark}`));
  assert.equal(await inspectImage(builds.docker, request.reference), undefined);
  await gone(`begun-${mark}`);
});

/** Waits until no process of this machine has the text in its command line. */
async function gone(mark: string): Promise<void> {
  const runs = () => readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && commandLine(pid).includes(mark));
  const commandLine = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    } catch {
      return '';
    }
  };
  for (let tries = 0; runs(); tries += 1) {
    assert.ok(tries < 100, 'the step still runs');
    await sleep(50);
  }
}

test('A build that is cancelled before it began does nothing.', async () => {
  const { request } = builds.of({ Dockerfile: `FROM ${base}` }, { signal: AbortSignal.abort() });
  assert.equal((await failureOf(builder.build(request))).code, 'E_CANCELLED');
});

test('.dockerignore is obeyed, and a Dockerfile elsewhere is used.', async () => {
  const files = {
    'ops/web.Dockerfile': `FROM ${base}\nCOPY . /app/`,
    '.dockerignore': 'secret.txt\nops\n.dockerignore',
    'secret.txt': 'x',
    'a.txt': 'x',
  };
  const image = await builder.build(builds.of(files, { dockerfile: './ops/web.Dockerfile' }).request);
  assert.equal(await builds.outputOf(image.id, 'ls', '-1A', '/app'), 'a.txt\nops\n');
});

test('Steps trust extra certificates, of which nothing stays in the image.', async () => {
  const ca = join(builds.root, 'extra.crt');
  const marker = `certificate-${randomId(20)}`;
  writeFileSync(ca, marker);
  const dockerfile = `FROM ${base} AS one\nENV A=1\nRUN cat $SSL_CERT_FILE > /seen; : ${marker}\nFROM ${base}\nENV A=1\nCOPY --from=one /seen /seen\nRUN test -s "$NODE_EXTRA_CA_CERTS"; sort /seen`;
  const { request, lines } = builds.of({ Dockerfile: dockerfile });
  const image = await builds.builder([ca, join(builds.root, 'not-there.crt')]).build(request);
  assert.ok(detailsOf(lines).includes(marker));
  assert.ok(detailsOf(lines).every((line) => !line.includes('--mount')));
  const [made, plain] = (await Promise.all(
    [image.id, (await builder.build(builds.of({ Dockerfile: `FROM ${base}\nENV A=1` }).request)).id].map(
      (id) => builds.docker.json('GET', `/images/${id}/json`),
    ),
  )) as { Config: { Env: string[] } }[];
  assert.deepEqual(made?.Config.Env, plain?.Config.Env);
  const history = JSON.stringify(await builds.docker.json('GET', `/images/${image.id}/history`));
  assert.ok(!history.includes(marker));
  assert.equal(
    await builds.outputOf(image.id, 'sh', '-c', 'cat /run/secrets/* 2>/dev/null; echo $SSL_CERT_FILE'),
    '\n',
  );
  const wrong = await failureOf(
    builds.builder([ca]).build(builds.of({ Dockerfile: `FROM ${base}\nFROM ${base}\nFOO` }).request),
  );
  assert.equal(wrong.message, 'Dockerfile line 3: unknown instruction: FOO');
});

test('Builds run side by side, each with its own output.', async () => {
  const three = ['one', 'two', 'three'].map((name) => {
    const made = builds.of({
      Dockerfile: `FROM ${base}\nCOPY name /\nRUN cat /name; sleep 0.2`,
      name: `${name}-${builds.instance}\n`,
    });
    return { name, ...made };
  });
  const made = await Promise.all(three.map(({ request }) => builder.build(request)));
  assert.equal(new Set(made.map(({ id }) => id)).size, 3);
  for (const { name, lines } of three) {
    assert.deepEqual(
      detailsOf(lines).filter((line) => line.endsWith(`-${builds.instance}`)),
      [`${name}-${builds.instance}`],
    );
  }
});
