import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { appUrls, defaultDomain, endpointId, planRoute } from './plan-routes.ts';
import type { RunningProcess } from './process.ts';

function process(type: string, index: number, more: Partial<RunningProcess> = {}): RunningProcess {
  const known = { app: 'shop', release: 1, type, index, deploy: 4, fingerprint: 'f' };
  const now = { state: 'running', startedAt: 0, exitCode: null } as const;
  return { id: `${type}${index}`, ...known, ...now, address: `10.0.0.${index}`, port: 3000, ...more };
}

describe('planRoute', () => {
  it('leads to the web processes, in the order of their names whatever the order they come in', () => {
    const route = planRoute(
      'shop',
      ['shop.localhost'],
      [process('web', 10), process('worker', 1), process('web', 2)],
    );
    assert.deepEqual(route, {
      app: 'shop',
      hosts: ['shop.localhost'],
      endpoints: [
        { id: 'web.2.d4', address: '10.0.0.2', port: 3000 },
        { id: 'web.10.d4', address: '10.0.0.10', port: 3000 },
      ],
    });
  });

  it('has no endpoint for a process without a port', () => {
    assert.deepEqual(planRoute('shop', [], [process('web', 1, { port: null })]).endpoints, []);
  });
});

const someProcess: fc.Arbitrary<RunningProcess> = fc
  .record({
    type: fc.constantFrom('web', 'worker', 'web2'),
    index: fc.integer({ min: 1, max: 20 }),
    deploy: fc.integer({ min: 1, max: 9 }),
    port: fc.option(fc.integer({ min: 1, max: 65_535 })),
    state: fc.constantFrom('running', 'restarting', 'exited'),
  })
  .map(({ type, index, ...more }) => process(type, index, more));

const someProcesses = fc.uniqueArray(someProcess, {
  selector: ({ type, index, deploy }) => `${type}.${index}.d${deploy}`,
});

describe('the route of any processes', () => {
  it('has each web process that listens once, and nothing else', () => {
    fc.assert(
      fc.property(someProcesses, (processes) => {
        const { endpoints } = planRoute('shop', [], processes);
        const listening = processes.filter(({ type, port }) => type === 'web' && port !== null);
        assert.deepEqual(endpoints.map(({ id }) => id).sort(), listening.map(endpointId).sort());
        for (const { id, address, port } of endpoints) {
          const own = listening.find((one) => endpointId(one) === id);
          assert.deepEqual([address, port], [own?.address, own?.port]);
        }
      }),
    );
  });

  it('is the same in whatever order they come, so that a restart of slipwayd changes nothing', () => {
    const inTwoOrders = someProcesses.chain((processes) =>
      fc.tuple(
        fc.constant(processes),
        fc.shuffledSubarray(processes, { minLength: processes.length, maxLength: processes.length }),
      ),
    );
    fc.assert(
      fc.property(inTwoOrders, ([one, other]) => {
        assert.deepEqual(planRoute('shop', ['a.b'], one), planRoute('shop', ['a.b'], other));
      }),
    );
  });
});

describe('addresses of an app', () => {
  it('are below each global domain, and name the port where it is not the usual one', () => {
    const domains = defaultDomain('shop', ['example.com', 'example.org']);
    assert.deepEqual(domains, ['shop.example.com', 'shop.example.org']);
    assert.deepEqual(appUrls(domains, { httpPort: 80, httpsPort: 443 }), [
      'http://shop.example.com',
      'http://shop.example.org',
    ]);
    assert.deepEqual(appUrls(['a.b'], { httpPort: 8080, httpsPort: 8443 }), ['http://a.b:8080']);
    const ports = { httpPort: 8080, httpsPort: 8443 };
    assert.deepEqual(
      appUrls(['a.b', 'c.d'], ports, (domain) => domain === 'c.d'),
      ['http://a.b:8080', 'https://c.d:8443'],
    );
  });
});
