import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { checkHaproxyConfig } from '../tools/haproxy.ts';
import { writeCertificates } from './certificate-files.ts';
import { goldenCases, stateOfCase } from './golden-case.fixture.ts';
import { renderFiles, writeFiles, writePages } from './router-files.ts';
import { routerPaths } from './router-paths.ts';

describe('haproxy itself', async () => {
  for (const golden of await goldenCases()) {
    test(`takes the configuration of ${basename(golden.path)}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'slipway-golden-'));
      try {
        const paths = routerPaths(folder);
        const http = { addresses: ['0.0.0.0', '::'], port: 80 };
        const settings = {
          paths,
          http,
          https: { ...http, port: 443 },
          user: null,
          threads: 2,
          maxConnections: 8000,
        };
        await writePages(paths);
        await writeCertificates(paths, golden.table.certificates ?? []);
        await writeFiles(renderFiles(settings, stateOfCase(golden, paths)), new Map());
        await checkHaproxyConfig('/usr/sbin/haproxy', paths.config);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  }
});
