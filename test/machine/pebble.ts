import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { isIPv4, isIPv6 } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Exchange, trustAlso } from '../../src/acme/exchange.ts';
import { retryUntil } from '../../src/base/retry.ts';
import { freePorts } from './free-ports.ts';
import { ended } from './processes.ts';
import { makeTestCertificate, type TestCertificate } from './test-authority.ts';

/*
 * A real ACME server, Debian's pebble, with its own DNS and http-01 server (pebble-challtestsrv), on free ports of
 * loopback. It forgets everything when it ends. Any number of them may run at a time.
 */

export interface PebbleOptions {
  /** Percent of good nonces that are refused; 0 unless told otherwise. */
  readonly nonceReject?: number;
  /** Percent of orders that find a domain proven by an order before; 0 unless told otherwise. */
  readonly authzReuse?: number;
  /** Registers only those who have one of these: key id to HMAC key, base64url. */
  readonly bindings?: Readonly<Record<string, string>>;
  /** Port that http-01 proofs are looked for at, such as a router's; without it, `answer` of this helper serves them. */
  readonly httpPort?: number;
  /** `ADDRESS:PORT` of the name server that it asks, instead of its own. */
  readonly dnsServer?: string;
}

export interface Pebble {
  /** Address of the directory. */
  readonly directory: string;
  /** Its name server, as `ADDRESS:PORT`. */
  readonly nameServer: string;
  /** PEM of the CA of its own HTTPS. */
  readonly ca: string;
  /** Certificate of this machine by that CA, for a server of the test's own. */
  readonly certificate: TestCertificate;
  /** PEM of the root of what it issues. */
  readonly root: string;
  /** A and AAAA records; a name that nothing was said about has 127.0.0.1. */
  setAddresses(host: string, addresses: readonly string[]): Promise<void>;
  /** Lets DNS answer for a name with SERVFAIL. */
  breakDns(host: string): Promise<void>;
  setText(record: string, value: string): Promise<void>;
  clearText(record: string): Promise<void>;
  /** Serves a file of `/.well-known/acme-challenge/`. */
  answer(token: string, content: string): Promise<void>;
  clearAnswer(token: string): Promise<void>;
  /** Whether a certificate is valid or revoked, as the server itself says; the serial is in hexadecimal. */
  status(serial: string): Promise<string>;
  /** The authority is gone; its name server answers on. */
  die(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts one. Ports are found and then taken, so another program may be faster: then it is tried again. */
export async function startPebble(options: PebbleOptions = {}): Promise<Pebble> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-pebble-'));
  const certificate = await makeTestCertificate(folder);
  for (let tries = 1; ; tries += 1) {
    const run = await PebbleRun.start({ folder, certificate }, options);
    if (await run.ready()) return run;
    await run.end();
    if (tries < 4) continue;
    await rm(folder, { recursive: true });
    throw new Error(`pebble does not start: ${run.output()}`);
  }
}

interface Place {
  readonly folder: string;
  readonly certificate: TestCertificate;
}

interface Ports {
  readonly acme: number;
  readonly management: number;
  readonly http: number;
  readonly dns: number;
  readonly control: number;
  readonly tls: number;
}

class PebbleRun implements Pebble {
  readonly directory: string;
  readonly nameServer: string;
  readonly ca: string;
  root = '';
  readonly certificate: TestCertificate;
  readonly #folder: string;
  readonly #ports: Ports;
  readonly #children: readonly ChildProcess[];
  #said = '';

  private constructor({ folder, certificate }: Place, ports: Ports, children: readonly ChildProcess[]) {
    this.#folder = folder;
    this.certificate = certificate;
    this.ca = certificate.ca;
    this.#ports = ports;
    this.#children = children;
    this.directory = `https://localhost:${ports.acme}/dir`;
    this.nameServer = `127.0.0.1:${ports.dns}`;
    for (const child of children) {
      const keep = (chunk: Buffer) => (this.#said = (this.#said + chunk).slice(-4000));
      child.stdout?.on('data', keep);
      child.stderr?.on('data', keep);
      child.on('error', (error) => (this.#said += error.message));
    }
  }

  static async start(place: Place, options: PebbleOptions): Promise<PebbleRun> {
    const [[acme, management], [http, dns], [control, tls]] = await Promise.all([
      freePorts(),
      freePorts(),
      freePorts(),
    ]);
    const ports = { acme, management, http: options.httpPort ?? http, dns, control, tls };
    const config = join(place.folder, `${acme}.json`);
    await writeFile(config, JSON.stringify({ pebble: pebbleConfig(ports, place.certificate, options) }));
    const env = {
      PEBBLE_VA_NOSLEEP: '1',
      PEBBLE_WFE_NONCEREJECT: String(options.nonceReject ?? 0),
      PEBBLE_AUTHZREUSE: String(options.authzReuse ?? 0),
    };
    return new PebbleRun(place, ports, [
      spawn('pebble-challtestsrv', testServerArgs(ports, options.httpPort === undefined)),
      spawn('pebble', ['-config', config, '-dnsserver', options.dnsServer ?? `127.0.0.1:${dns}`], { env }),
    ]);
  }

  /** Whether both answer; false when one has ended instead. */
  async ready(): Promise<boolean> {
    const ready = await retryUntil(
      async () => {
        if (this.#children.some((child) => child.exitCode !== null || child.pid === undefined)) return false;
        const root = await this.#get('/roots/0').catch(() => undefined);
        const served = await this.#get('/dir', this.#ports.acme).catch(() => undefined);
        const controlled = await this.clearText('ready').then(
          () => true,
          () => false,
        );
        if (root === undefined || served === undefined || !controlled) return undefined;
        this.root = root;
        return true;
      },
      { firstPause: 20, maxPause: 200, timeout: 20_000 },
    );
    return ready === true;
  }

  output(): string {
    return this.#said;
  }

  async setAddresses(host: string, addresses: readonly string[]): Promise<void> {
    const [v4, v6] = [addresses.filter(isIPv4), addresses.filter(isIPv6)];
    await this.#tell('/clear-a', { host: dotted(host) });
    await this.#tell('/clear-aaaa', { host: dotted(host) });
    if (v4.length > 0) await this.#tell('/add-a', { host: dotted(host), addresses: v4 });
    if (v6.length > 0) await this.#tell('/add-aaaa', { host: dotted(host), addresses: v6 });
  }

  breakDns(host: string): Promise<void> {
    return this.#tell('/set-servfail', { host: dotted(host) });
  }

  setText(record: string, value: string): Promise<void> {
    return this.#tell('/set-txt', { host: dotted(record), value });
  }

  clearText(record: string): Promise<void> {
    return this.#tell('/clear-txt', { host: dotted(record) });
  }

  answer(token: string, content: string): Promise<void> {
    return this.#tell('/add-http01', { token, content });
  }

  clearAnswer(token: string): Promise<void> {
    return this.#tell('/del-http01', { token });
  }

  async status(serial: string): Promise<string> {
    return JSON.parse(await this.#get(`/cert-status-by-serial/${serial.toLowerCase()}`)).Status;
  }

  async stop(): Promise<void> {
    await this.end();
    await rm(this.#folder, { recursive: true });
  }

  async die(): Promise<void> {
    await ended(this.#children[1], 'SIGKILL');
  }

  async end(): Promise<void> {
    await Promise.all(
      this.#children.filter(({ pid }) => pid !== undefined).map((child) => ended(child, 'SIGTERM')),
    );
  }

  async #get(path: string, port = this.#ports.management): Promise<string> {
    const exchange = new Exchange(2000, trustAlso(this.ca));
    try {
      const { signal } = new AbortController();
      const { status, text } = await exchange.ask(`https://localhost:${port}${path}`, { signal });
      if (status !== 200) throw new Error(`pebble answers ${path} with ${status}: ${text}`);
      return text;
    } finally {
      exchange.close();
    }
  }

  async #tell(path: string, body: object): Promise<void> {
    const url = `http://127.0.0.1:${this.#ports.control}${path}`;
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`pebble-challtestsrv answers ${path} with ${response.status}`);
  }
}

function pebbleConfig(
  ports: Ports,
  { certificateFile, keyFile }: TestCertificate,
  { bindings }: PebbleOptions,
) {
  return {
    listenAddress: `127.0.0.1:${ports.acme}`,
    managementListenAddress: `127.0.0.1:${ports.management}`,
    certificate: certificateFile,
    privateKey: keyFile,
    httpPort: ports.http,
    tlsPort: ports.tls,
    ocspResponderURL: '',
    externalAccountBindingRequired: bindings !== undefined,
    ...(bindings === undefined ? {} : { externalAccountMACKeys: bindings }),
  };
}

function testServerArgs({ control, dns, http }: Ports, servesHttp: boolean): string[] {
  return [
    `-management=127.0.0.1:${control}`,
    `-dns01=127.0.0.1:${dns}`,
    `-http01=${servesHttp ? `127.0.0.1:${http}` : ''}`,
    '-https01=',
    '-tlsalpn01=',
    '-defaultIPv4=127.0.0.1',
    '-defaultIPv6=',
  ];
}

function dotted(name: string): string {
  return `${name}.`;
}
