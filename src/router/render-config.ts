import { addressText, plainWord } from '../tools/haproxy-command.ts';
import { bindLine } from './bind-line.ts';
import { renderDoors } from './door.ts';
import { wildcardDepth } from './find-route.ts';
import { hstsKinds, redirectWord } from './host-value.ts';
import { pages, type PageName } from './pages.ts';
import { proofPath } from './proof-path.ts';
import { endpointOf, poolName, type ProxyState } from './proxy-state.ts';
import { requestFormat, sampleOf } from './request-line.ts';
import { pagePath, type RouterPaths } from './router-paths.ts';

/** What of the configuration depends on the machine. */
export interface ProxySettings {
  readonly paths: RouterPaths;
  readonly http: Listen;
  /** Null: there is no https. */
  readonly https: Listen | null;
  /** System user that the worker becomes, or null: it stays what it is. */
  readonly user: string | null;
  readonly threads: number;
  /** Connections from clients at the same time. */
  readonly maxConnections: number;
}

export interface Listen {
  /** IP addresses; `0.0.0.0` and `::` for all. */
  readonly addresses: readonly string[];
  readonly port: number;
}

/** The whole haproxy.cfg: text of ours with generated names, addresses and numbers. */
export function renderConfig(settings: ProxySettings, state: ProxyState): string {
  return renderFrame(settings) + renderBackends(state) + renderDoors(state.doors);
}

/** All but the apps' backends. */
export function renderFrame(settings: ProxySettings): string {
  const parts = [
    globalPart(settings),
    defaultsPart(settings.paths),
    frontend(settings),
    relayBackend(settings.paths),
    poolDefaults(),
  ];
  return `# Written by slipwayd; what is changed here is overwritten.\n${parts.join('')}`;
}

function renderBackends(state: ProxyState): string {
  const servers = new Map([...state.apps.values()].map((app) => [app.pool, app.servers]));
  const pools = Array.from({ length: state.pools }, (_, index) => index + 1);
  return pools
    .map((pool) => section(`backend ${poolName(pool)}`, (servers.get(pool) ?? []).map(serverLine)))
    .join('');
}

function serverLine(server: string): string {
  const endpoint = endpointOf(server);
  if (!endpoint) throw new Error(`${JSON.stringify(server)} is no server of ours`);
  return `server ${plainWord(server)} ${addressText(endpoint)}`;
}

function globalPart(settings: ProxySettings): string {
  const user = settings.user === null ? null : plainWord(settings.user);
  return section('global', [
    `maxconn ${whole(settings.maxConnections)}`,
    `nbthread ${whole(settings.threads)}`,
    // A machine with a low limit of open files serves fewer connections, but it serves.
    'no strict-limits',
    ...(user === null ? [] : [`user ${user}`, `group ${user}`]),
    'hard-stop-after 30m',
    `stats socket ${settings.paths.workerSocket} mode 600 level admin expose-fd listeners`,
    ...tlsDefaults,
  ]);
}

/**
 * The profile "intermediate" of Mozilla's server side TLS, without DHE: all clients of the last ten years. Sessions are
 * resumed from a cache in memory: tickets would be sealed by a key that lives as long as the worker.
 */
const tlsDefaults = [
  `ssl-default-bind-ciphers ${[
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
  ].join(':')}`,
  'ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
  'ssl-default-bind-options prefer-client-ciphers ssl-min-ver TLSv1.2 no-tls-tickets',
];

function defaultsPart(paths: RouterPaths): string {
  return section('defaults all', [
    'mode http',
    'timeout connect 5s',
    'timeout client 60s',
    'timeout server 60s',
    'timeout http-request 15s',
    'timeout http-keep-alive 60s',
    'timeout queue 15s',
    'timeout tunnel 1h',
    // Without these two, a tunnel that one side closed stays for the whole hour.
    'timeout client-fin 10s',
    'timeout server-fin 10s',
    // At a reload, a connection is closed after an answer, never just as a request is written on it.
    'option idle-close-on-response',
    'http-reuse safe',
    // One that servers can be added to at run time.
    'balance leastconn',
    'retries 3',
    'option redispatch 1',
    'retry-on conn-failure empty-response',
    'default-server pool-purge-delay 5s pool-max-conn -1',
    ...(['bad-answer', 'no-answer', 'slow-answer'] as const).map(
      (name) => `http-error ${pageWords(paths, name)}`,
    ),
  ]);
}

/** Requests a second, of all apps, up to which each one is told: a line costs HAProxy a quarter of a request. */
const mostTold = 1000;

/** Where scripts/start-router.sh gave HAProxy a pipe for them. */
const requestRules = [
  '.if defined(SLIPWAY_REQUESTS)',
  'log "${SLIPWAY_REQUESTS}" len 1400 format raw local0 info',
  `log-format "${requestFormat}"`,
  `http-request set-var(txn.sampled) int(${sampleOf}) if { fe_req_rate gt ${mostTold} }`,
  `http-request set-log-level silent if { var(txn.sampled) -m found } { rand(${sampleOf}) ge 1 }`,
  '.endif',
];

function frontend(settings: ProxySettings): string {
  const { http, https, paths } = settings;
  return section('frontend http', [
    ...http.addresses.map((address) => bindLine(address, http.port)),
    ...(https === null ? [] : https.addresses.map((address) => tlsBindLine(address, https.port, paths))),
    `bind unix@${settings.paths.relay} ${relayOwner(settings.user)} accept-proxy`,
    ...requestRules,
    'option forwardfor',
    'unique-id-format %[uuid()]',
    'unique-id-header X-Request-Id',
    ...proofRules(paths),
    ...headerRules(https),
    ...routeRules(paths, https === null ? [] : redirectRules(https)),
    ...(https === null ? [] : hstsRules(https)),
    'use_backend relay if { stopping }',
    'use_backend %[var(txn.pool)]',
  ]);
}

/** A host that no certificate is for gets none: not that of another app. */
function tlsBindLine(address: string, port: number, { certificateList }: RouterPaths): string {
  return `${bindLine(address, port)} ssl strict-sni crt-list ${certificateList} alpn h2,http/1.1`;
}

/** What a certificate authority looks for, only as long as it is there: else the path is the app's own. */
function proofRules({ maps }: RouterPaths): string[] {
  const proof = `path,map(${maps.proofs})`;
  const answer = `status 200 content-type text/plain lf-string %[${proof}]`;
  return [`http-request return ${answer} if { path_beg ${proofPath('')} } { ${proof} -m found }`];
}

/** An old worker hands on what came by https too: then the port tells, which it tells with the client's address. */
function isSecure(https: Listen): string {
  return `{ dst_port ${whole(https.port)} }`;
}

/** Who shows a port gets a port: `http://shop.test:80/a` leads to `https://shop.test:443/a`. */
function redirectRules(https: Listen): string[] {
  const to = (port: string) =>
    `http-request redirect code 308 location https://%[var(txn.host)]${port}%[pathq]`;
  const when = `if !${isSecure(https)} { var(txn.route) -m sub /${redirectWord}/ }`;
  const port = `:${whole(https.port)}`;
  if (https.port !== 443) return [`${to(port)} ${when}`];
  return [`${to(port)} ${when} { req.fhdr(host) -m sub : }`, `${to('')} ${when}`];
}

function hstsRules(https: Listen): string[] {
  const maxAge = 'max-age=%[var(txn.route),field(4,/)]';
  return Object.entries(hstsKinds).map(
    ([kind, more]) =>
      `http-after-response set-header Strict-Transport-Security "${maxAge}${more}" ` +
      `if ${isSecure(https)} { var(txn.route),field(3,/) -m str ${kind} }`,
  );
}

/**
 * Host -> backend -> app; what leads nowhere is answered here. An old worker knows nothing: it hands on. Nearly every
 * request has a host without wildcard and an app that runs: no rule after `allow` is for it.
 */
function routeRules(paths: RouterPaths, redirects: readonly string[]): string[] {
  const { hosts, wild, apps } = paths.maps;
  const app = `http-request set-var(txn.app) var(txn.pool),map(${apps})`;
  const deeper = Array.from({ length: wildcardDepth - 1 }, (_, index) => index + 3);
  const wildcard = (from: number) =>
    `http-request set-var(txn.route) var(txn.host),field(${from},.,0),map(${wild}) if ${missing}`;
  const pool = 'http-request set-var(txn.pool) var(txn.route),field(1,/)';
  const missing = '!{ var(txn.route) -m found }';
  return [
    'http-request set-var(txn.host) req.fhdr(host),field(1,:),lower,rtrim(.)',
    `http-request set-var(txn.route) var(txn.host),map(${hosts})`,
    pool,
    app,
    ...redirects,
    'http-request allow if { var(txn.pool),nbsrv gt 0 }',
    wildcard(2),
    pool,
    // A certificate's wildcard stands for one label: for more there is no https.
    ...redirects,
    ...deeper.map(wildcard),
    pool,
    `http-request return ${pageWords(paths, 'unknown-host')} if !{ stopping } ${missing}`,
    app,
    `http-request return ${pageWords(paths, 'no-process')} if !{ stopping } { var(txn.pool),nbsrv eq 0 }`,
  ];
}

/** What a client says of itself in these headers is not believed. */
function headerRules(https: Listen | null): string[] {
  const proto = 'http-request add-header X-Forwarded-Proto';
  return [
    'http-request del-header Forwarded',
    'http-request del-header X-Forwarded- -m beg',
    'http-request del-header X-Request-Id',
    ...(https === null
      ? [`${proto} http`]
      : [`${proto} http if !${isSecure(https)}`, `${proto} https if ${isSecure(https)}`]),
    'http-request add-header X-Forwarded-Port %[dst_port]',
  ];
}

/** Nobody else on this machine may tell the worker whom a request is from. */
function relayOwner(user: string | null): string {
  return user === null ? 'mode 600' : `user ${plainWord(user)} group ${plainWord(user)} mode 600`;
}

/** A server is tried again only while it cannot have begun to work on the request. */
const retryRule = 'http-request disable-l7-retry';

/** Requests a second to one app up to which an answer that did not come is asked for again. */
const retriedRate = 1000;

/**
 * For the apps' backends. For an empty-response retry HAProxy copies each request, which takes a tenth of the time that
 * the request takes it. It matters where connections to a process lie idle until the process closes them, just as a
 * request is sent; not where each is used again within milliseconds. docs/performance.md has both measured.
 */
function poolDefaults(): string {
  return section('defaults pools from all', [
    `${retryRule} if !METH_GET || { be_sess_rate gt ${retriedRate} }`,
  ]);
}

/**
 * After a reload the old worker still gets requests on connections that clients keep open, and its routes are of
 * the past: it hands them to the current worker, together with the client's address, which tells of them.
 */
function relayBackend(paths: RouterPaths): string {
  return section('backend relay', [
    'http-request set-log-level silent',
    `${retryRule} unless METH_GET`,
    `server current unix@${paths.relay} send-proxy-v2 pool-max-conn 0`,
  ]);
}

function pageWords(paths: RouterPaths, name: PageName): string {
  const status = pages[name].status;
  const again = status === 503 ? ' hdr Retry-After 5' : '';
  const type = 'content-type "text/html; charset=utf-8"';
  return `status ${status} ${type} lf-file ${pagePath(paths, name)} hdr Cache-Control no-store${again}`;
}

function section(head: string, lines: readonly string[]): string {
  return `\n${head}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function whole(value: number): string {
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${value} is not a whole number above 0`);
  return String(value);
}
