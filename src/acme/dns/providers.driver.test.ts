import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { startApiServer, type ApiAnswer, type ApiServer } from '../../../test/machine/api-server.ts';
import { Secret } from '../../base/secret.ts';
import { failsWith } from '../acme.contract.ts';
import { ApiRecords } from './api-records.ts';
import { cloudflare } from './cloudflare.ts';
import { digitalocean } from './digitalocean.ts';
import type { DnsApi } from './dns-api.ts';
import { hetzner } from './hetzner.ts';
import { route53 } from './route53.ts';

/*
 * The requests of each provider as its documentation has them, against a server of ours that answers as the documentation
 * says. The providers themselves cannot be reached from where this was written.
 */

const { signal } = new AbortController();
const name = '_acme-challenge.shop.example.com';
const token = new Secret('t0ken');

interface Case {
  readonly provider: string;
  readonly api: DnsApi;
  readonly authorization: RegExp;
  /** Finding the zone example.com, which shop.example.com is not. */
  readonly finding: readonly string[];
  readonly list: string;
  readonly add: string;
  readonly remove: string;
  readonly answers: Readonly<Record<string, string>>;
  /** Answer of `list` when the name has these values. */
  values(values: readonly string[]): ApiAnswer;
  readonly refusal: string;
}

const ok = (body: unknown): ApiAnswer => ({ status: 200, body: JSON.stringify(body) });

const cases: readonly Case[] = [
  {
    provider: 'Cloudflare',
    api: cloudflare(token),
    authorization: /^Bearer t0ken$/,
    finding: ['GET /zones?name=shop.example.com', 'GET /zones?name=example.com'],
    list: `GET /zones/z1/dns_records?type=TXT&name.exact=${name}&per_page=100`,
    add: `POST /zones/z1/dns_records {"type":"TXT","name":"${name}","content":"\\"new\\"","ttl":60}`,
    remove: 'DELETE /zones/z1/dns_records/id-old',
    answers: {
      'GET /zones?name=shop.example.com': '{"success":true,"errors":[],"result":[]}',
      'GET /zones?name=example.com':
        '{"success":true,"errors":[],"result":[{"id":"z1","name":"example.com"}]}',
      'POST /zones/z1/dns_records': '{"success":true,"errors":[],"result":{"id":"id-new"}}',
      'DELETE /zones/z1/dns_records/id-old': '{"result":{"id":"id-old"}}',
    },
    values: (values) =>
      ok({
        result: values.map((value) => ({ id: `id-${value}`, name, type: 'TXT', content: `"${value}"` })),
      }),
    refusal: '{"success":false,"errors":[{"code":9109,"message":"Invalid access token"}],"result":null}',
  },
  {
    provider: 'DigitalOcean',
    api: digitalocean(token),
    authorization: /^Bearer t0ken$/,
    finding: ['GET /domains/shop.example.com', 'GET /domains/example.com'],
    list: `GET /domains/example.com/records?type=TXT&name=${name}&per_page=200`,
    add: 'POST /domains/example.com/records {"type":"TXT","name":"_acme-challenge.shop","data":"new","ttl":60}',
    remove: 'DELETE /domains/example.com/records/7',
    answers: {
      'GET /domains/example.com': '{"domain":{"name":"example.com","ttl":1800,"zone_file":""}}',
      'POST /domains/example.com/records': '{"domain_record":{"id":8}}',
      'DELETE /domains/example.com/records/7': '',
    },
    values: (values) =>
      ok({ domain_records: values.map((data) => ({ id: data === 'old' ? 7 : 9, type: 'TXT', data })) }),
    refusal: '{"id":"Unauthorized","message":"Unable to authenticate you"}',
  },
  {
    provider: 'Hetzner',
    api: hetzner(token),
    authorization: /^Bearer t0ken$/,
    finding: ['GET /zones/shop.example.com', 'GET /zones/example.com'],
    list: 'GET /zones/42/rrsets/_acme-challenge.shop/TXT',
    add: 'POST /zones/42/rrsets/_acme-challenge.shop/TXT/actions/add_records {"ttl":60,"records":[{"value":"\\"new\\""}]}',
    remove:
      'POST /zones/42/rrsets/_acme-challenge.shop/TXT/actions/remove_records {"records":[{"value":"\\"old\\""}]}',
    answers: {
      'GET /zones/example.com': '{"zone":{"id":42,"name":"example.com"}}',
      'POST /zones/42/rrsets/_acme-challenge.shop/TXT/actions/add_records': '{"action":{"id":1}}',
      'POST /zones/42/rrsets/_acme-challenge.shop/TXT/actions/remove_records': '{"action":{"id":1}}',
    },
    values: (values) =>
      values.length === 0
        ? { status: 404, body: '{"error":{"code":"not_found","message":"not found"}}' }
        : ok({ rrset: { id: 'x', ttl: 60, records: values.map((value) => ({ value: `"${value}"` })) } }),
    refusal: '{"error":{"code":"unauthorized","message":"unable to authenticate"}}',
  },
  {
    provider: 'Route 53',
    api: route53({ keyId: 'AKID', secret: token }),
    authorization:
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/us-east-1\/route53\/aws4_request, SignedHeaders=host;x-amz-date, Signature=[0-9a-f]{64}$/,
    finding: [
      'GET /2013-04-01/hostedzonesbyname?dnsname=shop.example.com&maxitems=10',
      'GET /2013-04-01/hostedzonesbyname?dnsname=example.com&maxitems=10',
    ],
    list: `GET /2013-04-01/hostedzone/Z1/rrset?maxitems=1&name=${name}&type=TXT`,
    add: `POST /2013-04-01/hostedzone/Z1/rrset/ ${changeOf('UPSERT', 60, ['other', 'new'])}`,
    remove: `POST /2013-04-01/hostedzone/Z1/rrset/ ${changeOf('DELETE', 300, ['old'])}`,
    answers: {
      // The list begins at the name that is asked for, and goes on with what comes after it.
      'GET /2013-04-01/hostedzonesbyname?dnsname=shop.example.com&maxitems=10': zonesOf([
        'Z9',
        'shop2.example.com',
        false,
      ]),
      'GET /2013-04-01/hostedzonesbyname?dnsname=example.com&maxitems=10': zonesOf(
        ['Z0', 'example.com', true],
        ['Z1', 'example.com', false],
      ),
      'POST /2013-04-01/hostedzone/Z1/rrset/': '<ChangeResourceRecordSetsResponse/>',
    },
    values: (values) => ({
      status: 200,
      body: setOf(values.length === 0 ? 'later.example.com' : name, values),
    }),
    refusal:
      '<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>',
  },
];

function changeOf(action: string, seconds: number, values: readonly string[]): string {
  const records = values
    .map((value) => `<ResourceRecord><Value>"${value}"</Value></ResourceRecord>`)
    .join('');
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ChangeBatch><Changes>' +
    `<Change><Action>${action}</Action><ResourceRecordSet><Name>${name}.</Name><Type>TXT</Type><TTL>${seconds}</TTL>` +
    `<ResourceRecords>${records}</ResourceRecords></ResourceRecordSet></Change>` +
    '</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>'
  );
}

function zonesOf(...zones: readonly (readonly [id: string, name: string, isPrivate: boolean])[]): string {
  const list = zones.map(
    ([id, name, isPrivate]) =>
      `<HostedZone><Id>/hostedzone/${id}</Id><Name>${name}.</Name>` +
      `<Config><PrivateZone>${isPrivate}</PrivateZone></Config></HostedZone>`,
  );
  return `<ListHostedZonesByNameResponse><HostedZones>${list.join('\n')}</HostedZones></ListHostedZonesByNameResponse>`;
}

function setOf(name: string, values: readonly string[]): string {
  const records = values.map(
    (value) => `<ResourceRecord><Value>&quot;${value}&quot;</Value></ResourceRecord>`,
  );
  return (
    '<ListResourceRecordSetsResponse><ResourceRecordSets><ResourceRecordSet>' +
    `<Name>${name}.</Name><Type>TXT</Type><TTL>300</TTL><ResourceRecords>${records.join('')}</ResourceRecords>` +
    '</ResourceRecordSet></ResourceRecordSets></ListResourceRecordSetsResponse>'
  );
}

for (const row of cases) {
  describe(row.provider, () => {
    let server: ApiServer;
    let records: ApiRecords;
    let present: string[] = [];
    let refused: number | undefined;
    before(async () => {
      server = await startApiServer((request) => {
        if (refused !== undefined) return { status: refused, body: row.refusal };
        if (request === row.list) return row.values(present);
        const body = row.answers[request];
        return body === undefined ? undefined : { status: 200, body };
      });
      records = new ApiRecords(row.api, { base: server.base, ca: server.ca });
    });
    beforeEach(() => {
      refused = undefined;
    });
    after(() => server.close());

    test('a value is added beside others, in the nearest zone', async () => {
      present = ['other'];
      await records.add({ name, value: 'new' }, signal);
      assert.deepEqual(server.taken(), [...row.finding, row.list, row.add]);
      assert.match(String(server.headers()['authorization']), row.authorization);
    });

    test('a value that is there already is not added again', async () => {
      present = ['new'];
      await records.add({ name, value: 'new' }, signal);
      assert.deepEqual(server.taken(), [...row.finding, row.list]);
    });

    test('a value is removed; one that is gone already is fine', async () => {
      present = ['old'];
      await records.remove({ name, value: 'old' }, signal);
      assert.deepEqual(server.taken(), [...row.finding, row.list, row.remove]);
      present = [];
      await records.remove({ name, value: 'old' }, signal);
      assert.deepEqual(server.taken(), [...row.finding, row.list]);
    });

    test('a login that is refused is told, in the words of the provider and without the login', async () => {
      refused = 403;
      const message = row.api.errorIn(row.refusal) ?? 'none';
      await assert.rejects(records.add({ name, value: 'new' }, signal), (error) => {
        failsWith('E_DNS_PROVIDER', new RegExp(`status 403: ${message}$`))(error);
        assert.ok(!String(error).includes('t0ken'));
        return true;
      });
      server.taken();
    });

    test('a domain that the provider does not keep is told', async () => {
      await assert.rejects(
        records.add({ name: '_acme-challenge.elsewhere.test', value: 'v' }, signal),
        failsWith('E_DNS_PROVIDER', /keeps no zone that has _acme-challenge\.elsewhere\.test/),
      );
      server.taken();
    });

    test('a provider that is not there is told', async () => {
      const nowhere = new ApiRecords(row.api, { base: 'https://127.0.0.1:1' });
      await assert.rejects(
        nowhere.add({ name, value: 'v' }, signal),
        failsWith('E_DNS_PROVIDER', /127\.0\.0\.1:1 cannot be reached/),
      );
    });
  });
}

test('Route 53 keeps the values of others when one is removed', () => {
  const { api } = cases[3] as Case;
  const present = ['other', 'old'].map((value) => ({ value, handle: '300' }));
  const entry = present[1] as { value: string; handle: string };
  const { body } = api.remove({ id: 'Z1', name: 'example.com' }, name, { entry, present });
  assert.equal(body, changeOf('UPSERT', 60, ['other']));
});
