import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { dynamicRange, freeAddresses, gateway } from './choose-address.ts';
import { chooseSubnet, countFree } from './choose-subnet.ts';
import { parseRoutes } from './route-table.ts';
import { formatSubnet, overlap, parseSubnet, type Subnet } from './subnet.ts';

function subnet(text: string): Subnet {
  const parsed = parseSubnet(text);
  assert.ok(parsed, text);
  return parsed;
}

const pool = subnet('10.192.0.0/11');

describe('subnets', () => {
  it('are read and written, host bits dropped', () => {
    assert.equal(formatSubnet(subnet('10.192.3.7/24')), '10.192.3.0/24');
    assert.equal(formatSubnet(subnet('255.255.255.255/32')), '255.255.255.255/32');
    for (const bad of ['fd00::/8', '10.0.0.0', '10.0.0.256/24', '10.0.0.0/33', 'x'])
      assert.equal(parseSubnet(bad), undefined);
  });

  it('overlap when one holds the other', () => {
    assert.equal(overlap(subnet('10.0.0.0/8'), subnet('10.192.3.0/24')), true);
    assert.equal(overlap(subnet('10.192.3.0/24'), subnet('10.192.4.0/24')), false);
  });

  it('are counted while they are free, each once, whatever overlaps them', () => {
    const small = subnet('10.200.0.0/22');
    const free = (...taken: readonly string[]) => countFree(small, taken.map(subnet));
    assert.equal(free(), 4);
    assert.equal(free('10.200.1.0/24', '10.200.1.128/25', '10.201.0.0/24'), 3);
    assert.equal(free('10.200.2.0/23'), 2);
    assert.equal(free('10.0.0.0/8'), 0);
  });

  it('are chosen from the pool, and never one that is taken', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.integer({ min: 0, max: 255 })), (seed, thirds) => {
        const small = subnet('10.200.0.0/22');
        const taken = thirds.map((third) => subnet(`10.200.${third % 4}.128/25`));
        const chosen = chooseSubnet(small, taken, seed);
        if (chosen === undefined) return new Set(taken.map((one) => one.base)).size === 4;
        return chosen.prefix === 24 && overlap(small, chosen) && !taken.some((one) => overlap(one, chosen));
      }),
    );
  });

  it('are another for another seed, and the same for the same', () => {
    const choose = (seed: string) => formatSubnet(chooseSubnet(pool, [], seed) ?? pool);
    assert.equal(choose('main/shop'), choose('main/shop'));
    assert.notEqual(choose('main/shop'), choose('main/blog'));
  });

  it('run out in a pool that a wider network takes, or that is smaller than one network', () => {
    assert.equal(chooseSubnet(pool, [subnet('10.0.0.0/8')], 'x'), undefined);
    assert.equal(chooseSubnet(subnet('10.192.0.0/26'), [], 'x'), undefined);
  });

  it('of the machine come from its routes, default routes left out', () => {
    const text = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
tun0\t00000000\t010200C0\t0003\t0\t0\t0\t00000080\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
tun0\t0100080A\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0
`;
    assert.deepEqual(parseRoutes(text).map(formatSubnet), ['172.17.0.0/16', '192.0.2.0/24', '10.8.0.1/32']);
  });
});

describe('addresses', () => {
  const own = subnet('10.192.3.0/24');

  it('begin after the gateway and leave the upper quarter to Docker', () => {
    const all = [...freeAddresses(own, new Set())];
    assert.equal(gateway(own), '10.192.3.1');
    assert.equal(all[0], '10.192.3.2');
    assert.equal(all.at(-1), '10.192.3.191');
    assert.equal(formatSubnet(dynamicRange(own)), '10.192.3.192/26');
  });

  it('go round after the last one, past those that are taken', () => {
    const taken = new Set(['10.192.3.190', '10.192.3.3']);
    const next = freeAddresses(own, taken, '10.192.3.189');
    assert.deepEqual(
      [next.next().value, next.next().value, next.next().value],
      ['10.192.3.191', '10.192.3.2', '10.192.3.4'],
    );
  });

  it('begin at the first one when the last one is none of them', () => {
    assert.equal(freeAddresses(own, new Set(), '').next().value, '10.192.3.2');
  });

  it('end when all are taken', () => {
    assert.equal(freeAddresses(own, new Set(freeAddresses(own, new Set()))).next().value, undefined);
  });
});
