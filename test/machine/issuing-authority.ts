import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exec } from '../../src/base/exec.ts';
import { Secret } from '../../src/base/secret.ts';

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** What an authority hands out, all as PEM. */
export interface Issued {
  readonly certificate: string;
  readonly intermediate: string;
  readonly root: string;
  readonly key: Secret;
}

/** A certificate authority for tests, made by openssl: a root, and an intermediate that signs. */
export class TestAuthority {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(): Promise<TestAuthority> {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-authority-'));
    const authority = new TestAuthority(folder);
    await authority.#openssl(
      'req',
      '-x509',
      ...curve,
      '-subj',
      '/CN=Test Root',
      '-days',
      '3650',
      ...authority.#out('root'),
    );
    await authority.#sign('intermediate', {
      subject: '/O=Test/CN=Test Intermediate',
      by: 'root',
      extensions: 'basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\n',
      days: 3650,
      key: curve,
    });
    return authority;
  }

  /** A certificate for these host names; `key`: words of `openssl req` that make its key, ECDSA without. */
  async issue(
    names: readonly string[],
    { days = 90, key = curve }: { readonly days?: number; readonly key?: readonly string[] } = {},
  ): Promise<Issued> {
    const alternatives = names.map((name) => `DNS:${name}`).join(',');
    const extensions =
      names.length === 0 ? 'basicConstraints=CA:false\n' : `subjectAltName=${alternatives}\n`;
    await this.#sign('leaf', { subject: '/CN=leaf', by: 'intermediate', extensions, days, key });
    const text = (name: string) => readFile(join(this.#folder, name), 'utf8');
    return {
      certificate: await text('leaf.crt'),
      intermediate: await text('intermediate.crt'),
      root: await text('root.crt'),
      key: new Secret(await text('leaf.key')),
    };
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }

  async #sign(
    name: string,
    wish: {
      readonly subject: string;
      readonly by: string;
      readonly extensions: string;
      readonly days: number;
      readonly key: readonly string[];
    },
  ): Promise<void> {
    await writeFile(join(this.#folder, 'ext'), wish.extensions);
    await this.#openssl(
      'req',
      '-new',
      ...wish.key,
      '-subj',
      wish.subject,
      '-keyout',
      `${name}.key`,
      '-out',
      'csr',
    );
    const signer = ['-CA', `${wish.by}.crt`, '-CAkey', `${wish.by}.key`, '-CAcreateserial'];
    await this.#openssl(
      'x509',
      '-req',
      '-in',
      'csr',
      ...signer,
      '-days',
      String(wish.days),
      '-extfile',
      'ext',
      '-out',
      `${name}.crt`,
    );
  }

  #out(name: string): string[] {
    return ['-keyout', `${name}.key`, '-out', `${name}.crt`];
  }

  #openssl(...args: readonly string[]): Promise<unknown> {
    return exec('openssl', args, { cwd: this.#folder });
  }
}
