import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { exec, run, type ExecOptions, type ExecResult } from '../../src/base/exec.ts';
import { randomId } from '../../src/base/ids.ts';
import { retryUntil } from '../../src/base/retry.ts';
import { sshdDropIn } from '../../src/tools/openssh.ts';
import { Docker } from '../../src/tools/docker.ts';
import { ensureBaseImages } from './base-images.ts';
import { freePort, freePorts } from './free-ports.ts';
import { ended, endProcess, place } from './processes.ts';
import { removeInstance } from './remove-instance.ts';
import { mountSmallDisk, unmountIn } from './small-disk.ts';

const checkout = join(import.meta.dirname, '../..');
/** Not below /tmp: sshd refuses keys in a folder that others may write to. */
const base = '/var/lib/slipway-test';

/**
 * A slipwayd of its own on this machine: random instance id, own root folder, ports, user and sshd. As an installed one
 * runs it, from the built files. `stop` removes all of it.
 */
export class Sandbox {
  readonly instance = `t${randomId(8)}`;
  readonly root = join(base, this.instance);
  readonly user = `slipway-${this.instance}`;
  readonly lib = join(this.root, 'lib');
  httpPort = 0;
  httpsPort = 0;
  sshPort = 0;
  #daemon: ChildProcess | undefined;
  #sshd: ChildProcess | undefined;

  /** `prepare` is done with its root folder before slipwayd first starts; that is a disk of so many bytes where they are given. */
  static async start(
    env: Readonly<Record<string, string>> = {},
    prepare: (root: string) => Promise<void> = async () => {},
    diskBytes?: number,
  ): Promise<Sandbox> {
    await baseImages();
    const sandbox = new Sandbox();
    try {
      if (diskBytes !== undefined) await mountSmallDisk(sandbox.root, diskBytes);
      await sandbox.#install();
      await prepare(sandbox.root);
      await sandbox.startDaemon(env);
      await sandbox.slipway(['ssh-keys:add', 'tester'], {
        stdin: await readFile(join(sandbox.root, 'client/key.pub'), 'utf8'),
      });
      await sandbox.#startSshd();
    } catch (error) {
      await sandbox.stop();
      throw error;
    }
    return sandbox;
  }

  async startDaemon(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const words = ['--max-semi-space-size=2', join(this.lib, 'slipwayd.mjs')]; // as slipwayd.service has it
    const child = spawn(join(this.lib, 'node'), words, {
      env: { PATH: process.env['PATH'] ?? '', ...this.#settings(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const keep = (chunk: Buffer) => {
      said = (said + String(chunk)).slice(-100_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    this.#daemon = child;
    this.daemonLog = () => said;
    const ready = await retryUntil(
      async () => (child.exitCode !== null || said.includes('"msg":"ready"') ? true : undefined),
      { firstPause: 20, maxPause: 20, timeout: 30_000 },
    );
    if (!ready || child.exitCode !== null) throw new Error(`slipwayd did not start:\n${said}`);
  }

  /** What the daemon has logged since its start. */
  daemonLog: () => string = () => '';

  get daemonPid(): number {
    return this.#daemon?.pid ?? 0;
  }

  async stopDaemon(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await ended(this.#daemon, signal);
    this.#daemon = undefined;
  }

  /** `slipway WORDS` as root on the machine. */
  slipway(words: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return run(join(this.lib, 'node'), [join(this.lib, 'slipway.cjs'), ...words], {
      ...options,
      env: { PATH: process.env['PATH'] ?? '', SLIPWAY_ROOT: this.root },
    });
  }

  /** The same, with output and failure as a test wants them: throws unless it exits with 0. */
  async ok(...words: string[]): Promise<string> {
    const result = await this.slipway(words);
    if (result.code !== 0)
      throw new Error(
        `slipway ${words.join(' ')} ended with ${result.code}:\n${result.stdout}${result.stderr}\n${this.daemonLog()}`,
      );
    return result.stdout;
  }

  /** Arguments of ssh up to the host. */
  get sshArguments(): readonly string[] {
    const options = [
      `UserKnownHostsFile=${join(this.root, 'client/known_hosts')}`,
      'StrictHostKeyChecking=accept-new',
      'IdentitiesOnly=yes',
      'BatchMode=yes',
      'LogLevel=ERROR',
    ];
    return [
      '-p',
      String(this.sshPort),
      '-i',
      join(this.root, 'client/key'),
      ...options.flatMap((option) => ['-o', option]),
    ];
  }

  /** `ssh slipway@host COMMAND` with the tester's key. */
  ssh(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    return run('ssh', [...this.sshArguments, `${this.user}@127.0.0.1`, command], options);
  }

  remote(app: string): string {
    return `ssh://${this.user}@127.0.0.1:${this.sshPort}/${app}`;
  }

  /** Environment that makes git use the tester's key, and nothing of this machine's own configuration. */
  get gitEnv(): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: join(this.root, 'client'),
      GIT_SSH_COMMAND: `ssh ${this.sshArguments.join(' ')}`,
      GIT_AUTHOR_NAME: 'Tester',
      GIT_AUTHOR_EMAIL: 'tester@example.com',
      GIT_COMMITTER_NAME: 'Tester',
      GIT_COMMITTER_EMAIL: 'tester@example.com',
    };
  }

  git(folder: string, args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return run('git', args, { cwd: folder, ...options, env: this.gitEnv });
  }

  /** A repository with these files in its first commit. */
  async repository(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
    const folder = join(this.root, 'client', randomId(6));
    await mkdir(folder, { recursive: true });
    await exec('git', ['init', '-q', '-b', 'main'], { cwd: folder, env: this.gitEnv });
    await this.commit(folder, files);
    return folder;
  }

  async commit(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(join(folder, name, '..'), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    await exec('git', ['add', '-A'], { cwd: folder, env: this.gitEnv });
    await exec('git', ['commit', '-q', '-m', 'change'], { cwd: folder, env: this.gitEnv });
  }

  /** `git push` of the branch main; the output of both sides as the pusher sees it. */
  async push(
    folder: string,
    app: string,
    { flags = [], ...options }: ExecOptions & { readonly flags?: readonly string[] } = {},
  ): Promise<{ code: number | null; output: string }> {
    const result = await this.git(folder, ['push', ...flags, this.remote(app), 'main'], options);
    return { code: result.code, output: result.stdout + result.stderr };
  }

  /** A push that is ended as Ctrl-C does, by SIGINT to all of its processes, once it printed this text. */
  async interruptedPush(folder: string, app: string, text: string): Promise<void> {
    const child = spawn('git', ['push', this.remote(app), 'main'], {
      cwd: folder,
      env: this.gitEnv,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += String(chunk);
      if (said.includes(text) && child.exitCode === null && child.pid !== undefined)
        process.kill(-child.pid, 'SIGINT');
    });
    await once(child, 'exit');
  }

  /** Asks the router for an app by its name. */
  get(app: string, path = '/'): Promise<Response> {
    return this.request(`${app}.localhost`, path);
  }

  request(host: string, path = '/'): Promise<Response> {
    return new Promise((resolve, reject) => {
      const asked = get(
        { host: '127.0.0.1', port: this.httpPort, path, headers: { Host: host }, agent: false },
        (response) => {
          let body = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            body += chunk;
          });
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          );
          response.on('error', reject);
        },
      );
      asked.on('error', reject);
    });
  }

  /** Ends what was started, and removes everything of this instance. */
  async stop(): Promise<void> {
    await this.stopDaemon();
    await ended(this.#sshd, 'SIGTERM');
    await removeInstance(this.instance);
    await this.#stopRouter();
    await run('userdel', [this.user]);
    await unmountIn(this.root);
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 });
  }

  async #stopRouter(): Promise<void> {
    const pid = Number(await readFile(join(this.root, 'router/supervisor.pid'), 'utf8').catch(() => '0'));
    if (pid > 1) await endProcess(pid);
  }

  #settings(): Record<string, string> {
    return {
      SLIPWAY_ROOT: this.root,
      SLIPWAY_LIB: this.lib,
      SLIPWAY_INSTANCE: this.instance,
      SLIPWAY_HTTP_PORT: String(this.httpPort),
      SLIPWAY_HTTPS_PORT: String(this.httpsPort),
      SLIPWAY_BIND: '127.0.0.1',
      SLIPWAY_GLOBAL_DOMAIN: 'localhost',
      SLIPWAY_SSH_USER: this.user,
      SLIPWAY_SSH_PORT: String(this.sshPort),
      SLIPWAY_SUPERVISOR: 'script',
      SLIPWAY_ALLOW_PRIVATE_DOWNLOADS: 'true',
    };
  }

  async #install(): Promise<void> {
    [this.httpPort, this.httpsPort] = await freePorts();
    this.sshPort = await freePort();
    await mkdir(this.root, { recursive: true, mode: 0o711 });
    for (const folder of [base, this.root]) await chmod(folder, 0o711);
    await cp(join(checkout, 'dist'), this.lib, { recursive: true });
    await place(join(checkout, 'node_modules/.bin/node'), join(this.lib, 'node'));
    await exec('useradd', [
      '--system',
      '--user-group',
      '--home-dir',
      join(this.root, 'home'),
      '--no-create-home',
      '--shell',
      '/bin/sh',
      this.user,
    ]);
    await exec('usermod', ['-p', '*', this.user]);
    for (const name of ['client', 'ssh', 'home', 'repos'])
      await mkdir(join(this.root, name), { mode: 0o755 });
    await exec('chown', [this.user, join(this.root, 'repos')]);
    await exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(this.root, 'client/key')]);
  }

  async #startSshd(): Promise<void> {
    const host = join(this.root, 'host_key');
    await exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', host]);
    const lines = [
      `Port ${this.sshPort}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${host}`,
      `PidFile ${this.root}/sshd.pid`,
      'UsePAM no',
    ];
    const text = `${lines.join('\n')}\n${sshdDropIn({ user: this.user, authorizedKeysFile: join(this.root, 'ssh/authorized_keys') })}`;
    await writeFile(join(this.root, 'sshd_config'), text);
    await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
    this.#sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(this.root, 'sshd_config')], {
      stdio: 'ignore',
    });
    await once(this.#sshd, 'spawn');
    const open = await retryUntil(
      async () =>
        (await run('ssh', [...this.sshArguments, `${this.user}@127.0.0.1`, 'version'])).code === 255
          ? undefined
          : true,
      { firstPause: 50, maxPause: 200, timeout: 5000 },
    );
    if (!open) throw new Error('sshd does not let the tester in');
  }
}

/** Stories build on the official names; a slipwayd would make them too, but then the first push would be timed with it. */
async function baseImages(): Promise<void> {
  const docker = new Docker('/var/run/docker.sock');
  try {
    await ensureBaseImages(docker);
  } finally {
    docker.close();
  }
}

export interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}
