import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pssMegabytes } from '../../bench/measure-process.ts';
import { labels } from '../../src/model/names.ts';
import { poolNumber } from '../../src/router/proxy-state.ts';
import { routerPaths } from '../../src/router/router-paths.ts';
import { Docker } from '../../src/tools/docker.ts';
import { HaproxyMaster } from '../../src/tools/haproxy-socket.ts';
import { instanceTraces } from './instance-traces.ts';
import type { Sandbox } from './sandbox.ts';

/** What a sandbox holds of everything that could leak: name -> how much. */
export type Holdings = ReadonlyMap<string, number>;

export async function holdingsOf(sandbox: Sandbox): Promise<Holdings> {
  const { containers, images } = await instanceTraces(sandbox.instance);
  return new Map([
    ...(await processHoldings('slipwayd', sandbox.daemonPid)),
    ...(await proxyHoldings(sandbox)),
    ['containers', containers.length],
    ['networks', await networks(sandbox.instance)],
    ['tags of images', images.length],
    ...rows(join(sandbox.root, 'store/slipway.db')),
    ['files', countFiles(sandbox.root, ['client', 'repos', 'lib', 'deploys', 'logs'])],
    ['files: deploys', countFiles(join(sandbox.root, 'deploys'))],
    ['files: logs', countFiles(join(sandbox.root, 'logs'))],
  ]);
}

async function processHoldings(name: string, pid: number): Promise<[string, number][]> {
  return [
    [`${name}: MB of memory (PSS)`, Math.round(await pssMegabytes(pid))],
    [`${name}: open files`, readdirSync(`/proc/${pid}/fd`).length],
  ];
}

async function proxyHoldings({ root }: Sandbox): Promise<[string, number][]> {
  const master = new HaproxyMaster(routerPaths(join(root, 'router')).masterSocket);
  const { current, old } = await master.workers();
  const servers = (await master.servers(current)).filter(({ backend }) => poolNumber(backend) !== undefined);
  return [
    ...(await processHoldings('HAProxy', current)),
    ['HAProxy: servers', servers.length],
    ['HAProxy: old workers', old.length],
  ];
}

async function networks(instance: string): Promise<number> {
  const docker = new Docker('/var/run/docker.sock');
  try {
    const filters = JSON.stringify({ label: [`${labels.instance}=${instance}`] });
    return ((await docker.json('GET', '/networks', { query: { filters } })) as unknown[]).length;
  } finally {
    docker.close();
  }
}

function rows(path: string): [string, number][] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
    return tables.map(({ name }) => {
      const found = database.prepare(`SELECT count(*) AS count FROM "${String(name)}"`).get();
      return [`rows: ${String(name)}`, Number(found?.['count'])];
    });
  } finally {
    database.close();
  }
}

/** Files below a folder, those of some of its own folders left out. */
function countFiles(folder: string, leftOut: readonly string[] = []): number {
  const names = readdirSync(folder).filter((name) => !leftOut.includes(name));
  const sizes = names.map((name) => {
    const path = join(folder, name);
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? countFiles(path) : 1;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}
