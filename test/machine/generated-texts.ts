import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { planApply } from '../../src/router/plan-apply.ts';
import { emptyState } from '../../src/router/proxy-state.ts';
import type { ProxySettings } from '../../src/router/render-config.ts';
import { renderFiles } from '../../src/router/router-files.ts';
import { routerPaths } from '../../src/router/router-paths.ts';
import type { MemoryDeps } from './memory-deps.ts';

const paths = routerPaths('/var/lib/slipway/router');
const settings: ProxySettings = {
  paths,
  http: { port: 80, addresses: ['0.0.0.0'] },
  https: { port: 443, addresses: ['0.0.0.0'] },
  user: null,
  threads: 2,
  maxConnections: 1000,
};
const none = emptyState(0);
const someDoor = { service: 'redis:x', address: '::1', port: 1, to: { address: '::1', port: 1 } };

/** What a stored value may become in a text that another program reads; all else of it is the same for every store. */
const forms = {
  server: /^ {2}server [\w.-]+:[\d.]+:\d+ [\d.]+:\d+$/,
  door: /^(listen door\.[a-z]+\.[\w-]+ from doors| {2}bind (\[[\da-f:.]+\]|[\d.]+):\d+( v6only)?| {2}server service [\d.]+:\d+)$/,
  map: /^[\w.-]+ [\w./-]+$/,
  key: /^restrict,pty,command="exec \S+ \S+ [\w.-]+" ssh-ed25519 [\w+/]+=*$/,
};

/**
 * Asserts that no value of the store got into the proxy's files, or into the file of keys, but as one word where it
 * belongs.
 */
export function assertPlainTexts(deps: MemoryDeps): void {
  const state = planApply(none, deps.proxy.table, paths)?.next ?? none;
  const files = renderFiles(settings, state);
  const plain = renderFiles(settings, { ...none, pools: state.pools, doors: [someDoor] });
  const frame = new Set(linesOf(plain.get(paths.config)));
  for (const line of linesOf(files.get(paths.config)))
    assert.ok(
      frame.has(line) || forms.server.test(line) || forms.door.test(line),
      `haproxy.cfg: ${JSON.stringify(line)}`,
    );
  for (const map of Object.values(paths.maps))
    for (const line of linesOf(files.get(map))) assert.match(line, forms.map);
  const keys = join(deps.settings.root, 'ssh/authorized_keys');
  const [, ...lines] = existsSync(keys) ? linesOf(readFileSync(keys, 'utf8')) : [];
  for (const line of lines) assert.match(line, forms.key);
}

function linesOf(text = ''): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
