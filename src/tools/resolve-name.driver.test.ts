import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startKnot, type NameServer } from '../../test/machine/knot.ts';
import { freePort } from '../../test/machine/free-ports.ts';
import { resolveCaa, resolveName } from './resolve-name.ts';

let server: NameServer;
before(async () => {
  server = await startKnot(
    ['zone.test'],
    [
      'zone.test. 60 CAA 0 issue "letsencrypt.org; validationmethods=dns-01"',
      'zone.test. 60 CAA 0 issuewild ";"',
      'shop.zone.test. 60 A 192.0.2.1',
      'shop.zone.test. 60 AAAA 2001:db8::1',
      'own.zone.test. 60 CAA 0 issue "pki.goog"',
      'alias.zone.test. 60 CNAME own.zone.test.',
    ],
  );
});
after(() => server?.stop());

const asking = () => ({ timeout: 2000, servers: [server.address] });

test('a name is told with all its addresses, one that is not there with none', async () => {
  const { addresses, problem } = await resolveName('shop.zone.test', asking());
  assert.deepEqual([addresses, problem], [['192.0.2.1', '2001:db8::1'], null]);
  assert.deepEqual(await resolveName('none.zone.test', asking()), { addresses: [], problem: null });
});

test('a name server that does not answer is a problem, and no records are known', async () => {
  const port = await freePort();
  const silent = { timeout: 300, servers: [`127.0.0.1:${port}`] };
  assert.notEqual((await resolveName('shop.zone.test', silent)).problem, null);
  assert.equal(await resolveCaa('shop.zone.test', silent), null);
});

test('CAA records are those of the name, of what it is an alias of, or of the nearest name above', async () => {
  const above = {
    at: 'zone.test',
    issue: ['letsencrypt.org; validationmethods=dns-01'],
    issuewild: [';'],
  };
  assert.deepEqual(await resolveCaa('shop.zone.test', asking()), above);
  assert.deepEqual(await resolveCaa('none.of.zone.test', asking()), above);
  const own = { issue: ['pki.goog'], issuewild: [] };
  assert.deepEqual(await resolveCaa('own.zone.test', asking()), { at: 'own.zone.test', ...own });
  assert.deepEqual(await resolveCaa('alias.zone.test', asking()), { at: 'alias.zone.test', ...own });
});
