import { randomId } from '../src/base/ids.ts';
import { retryUntil } from '../src/base/retry.ts';
import { newAccount, proverOf, wishFor } from '../src/acme/acme.contract.ts';
import { rigOf } from '../src/acme/pebble-rig.fixture.ts';
import { helloApp } from '../test/machine/hello-app.ts';
import { httpsMachine, secureGet, type HttpsMachine } from '../test/machine/https-story.ts';
import { startPebble, type Pebble } from '../test/machine/pebble.ts';
import { benchCertificates } from './certificates.ts';
import { interleaved, ms, print, timed } from './measure.ts';

/*
 * A domain from `domains:add` until it answers by https, beside a bare order by the same client at a pebble of its own; then
 * a router that has 1,000 certificates. A pebble is told not to sleep before it looks for a proof.
 */
const runs = Number(process.argv[2] ?? 9);

await benchDomain();
await benchCertificates(runs);

async function benchDomain(): Promise<void> {
  const [machine, pebble] = await Promise.all([httpsMachine(), startPebble()]);
  try {
    const { sandbox } = machine;
    const { code, output } = await sandbox.push(await sandbox.repository(helloApp('hello')), 'shop');
    if (code !== 0) throw new Error(output);
    await addDomain(machine);
    const bare = await bareOrder(pebble);
    const figures = await interleaved(runs, {
      'a bare order at pebble': () => timed(bare),
      'domains:add until https answers': () => timed(() => addDomain(machine)),
    });
    const [floor = Number.NaN, whole = Number.NaN] = Object.values(figures);
    print(`A domain gets https: median of ${runs}`, [
      ...Object.entries(figures).map(([name, value]): [string, string] => [name, ms(value)]),
      ['more than the bare order (goal: 1000 ms)', ms(whole - floor)],
    ]);
  } finally {
    await machine.stop();
    await pebble.stop();
  }
}

async function addDomain({ sandbox, pebble }: HttpsMachine): Promise<void> {
  const host = `${randomId()}.shop-${randomId()}.dev`;
  await sandbox.ok('domains:add', 'shop', host);
  const answered = await retryUntil(
    () =>
      secureGet(sandbox, host, pebble.root).then(
        ({ status }) => (status === 200 ? true : undefined),
        () => undefined,
      ),
    { firstPause: 5, maxPause: 5, timeout: 20_000 },
  );
  if (!answered) throw new Error(`${host} has no https:\n${sandbox.daemonLog()}`);
}

/** By an account that is there already, as slipwayd's is. */
async function bareOrder(pebble: Pebble): Promise<() => Promise<unknown>> {
  const rig = rigOf(pebble);
  const { signal } = new AbortController();
  const account = await newAccount(pebble.directory);
  const known = { ...account, url: await rig.acme.register(account, signal) };
  const prover = proverOf(rig, 'http-01');
  return () => rig.acme.order(known, wishFor(`${randomId()}.shop-${randomId()}.dev`), { prover, signal });
}
