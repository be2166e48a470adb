import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCli, copyScripts } from '../../scripts/build.ts';
import { exec, run, type ExecOptions, type ExecResult } from '../../src/base/exec.ts';
import { retryUntil } from '../../src/base/retry.ts';
import { freePort } from './free-ports.ts';
import { OtherEnd } from './other-end.ts';
import { authorizedKeys, entryPaths } from '../../src/tools/openssh.ts';

/**
 * A machine as a user meets it by ssh: the real sshd on a port of its own with our authorized_keys, scripts and CLI,
 * and the other end of slipwayd's door. The login is root's, since that is who runs tests. `ssh box` leads there.
 */
export class SshHost {
  readonly folder: string;
  readonly daemon: OtherEnd;
  readonly #stop = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  private constructor(folder: string) {
    this.folder = folder;
    this.daemon = new OtherEnd(this.path('door.sock'));
  }

  static async start(): Promise<SshHost> {
    const host = new SshHost(await mkdtemp(join(tmpdir(), 'slipway-ssh-')));
    await Promise.all([buildCli(host.path('dist')), copyScripts(host.path('dist')), host.#makeKeys()]);
    await host.writePaths(host.daemon.socketPath);
    await host.daemon.listen();
    await host.#startSshd();
    return host;
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  /** Where entry.sh finds things; another socket stands for a slipwayd that is down. */
  async writePaths(door: string): Promise<void> {
    const paths = {
      door,
      node: process.execPath,
      cli: this.path('dist', 'slipway.cjs'),
      hooks: this.path('dist', 'hooks'),
    };
    await writeFile(this.path('paths'), entryPaths(paths));
  }

  /** What git and our CLI need in their environment to come here as `box`: ssh itself takes no file of settings from it. */
  get env(): Readonly<Record<string, string>> {
    const { PATH = '' } = process.env;
    return {
      PATH: `${this.path('bin')}:${PATH}`,
      HOME: this.folder,
      GIT_AUTHOR_NAME: 't',
      GIT_AUTHOR_EMAIL: 't@example.com',
      GIT_COMMITTER_NAME: 't',
      GIT_COMMITTER_EMAIL: 't@example.com',
    };
  }

  git(cwd: string, ...args: readonly string[]): Promise<ExecResult> {
    return run('git', args, { cwd, env: this.env });
  }

  ssh(args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return run(this.path('bin', 'ssh'), args, options);
  }

  /** A repository with one commit of a Procfile. */
  async makeRepository(name: string): Promise<string> {
    const cwd = this.path('work', name);
    await mkdir(cwd, { recursive: true });
    await this.git(cwd, 'init', '-q', '-b', 'main');
    await this.git(cwd, 'remote', 'add', 'slipway', `box:${name}`);
    await this.commit(cwd, 'web: ./serve\n');
    return cwd;
  }

  /** Gives the id of the new commit. */
  async commit(cwd: string, procfile: string): Promise<string> {
    await writeFile(join(cwd, 'Procfile'), procfile);
    await this.git(cwd, 'add', '.');
    await this.git(cwd, 'commit', '-q', '--allow-empty', '-m', 'a change');
    return (await this.git(cwd, 'rev-parse', 'HEAD')).stdout.trim();
  }

  /** The commit that a ref has on the server, or undefined. */
  async refOf(app: string, ref: string): Promise<string | undefined> {
    const { code, stdout } = await run('git', [
      '-C',
      this.path('repositories', app),
      'rev-parse',
      '-q',
      '--verify',
      ref,
    ]);
    return code === 0 ? stdout.trim() : undefined;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.daemon.close();
    await rm(this.folder, { recursive: true });
  }

  async #makeKeys(): Promise<void> {
    const make = (name: string) =>
      exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', this.path(name)]);
    await Promise.all([make('host-key'), make('user-key')]);
    const command = { entry: this.path('dist', 'entry.sh'), paths: this.path('paths') };
    const publicKey = await readFile(this.path('user-key.pub'), 'utf8');
    await writeFile(this.path('authorized_keys'), authorizedKeys([{ name: 'alice', publicKey }], command));
    await writeFile(this.path('known_hosts'), `box ${await readFile(this.path('host-key.pub'), 'utf8')}`);
  }

  async #startSshd(): Promise<void> {
    const port = await freePort();
    await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
    await writeFile(this.path('sshd_config'), this.#serverConfig(port));
    await writeFile(this.path('ssh_config'), this.#clientConfig(port));
    await mkdir(this.path('bin'));
    await writeFile(
      this.path('bin', 'ssh'),
      `#!/bin/sh\nexec /usr/bin/ssh -F ${this.path('ssh_config')} "$@"\n`,
      { mode: 0o755 },
    );
    this.#running = run('/usr/sbin/sshd', ['-D', '-e', '-f', this.path('sshd_config')], {
      signal: this.#stop.signal,
    }).catch(() => {});
    const up = await retryUntil(() => answers(port), { firstPause: 10, maxPause: 50, timeout: 10_000 });
    if (!up) throw new Error('sshd does not come up');
  }

  #serverConfig(port: number): string {
    return [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${this.path('host-key')}`,
      `PidFile ${this.path('sshd.pid')}`,
      `AuthorizedKeysFile ${this.path('authorized_keys')}`,
      'StrictModes no',
      'PermitRootLogin yes',
      'UsePAM no',
      '',
    ].join('\n');
  }

  #clientConfig(port: number): string {
    return [
      'Host box',
      'HostName 127.0.0.1',
      'HostKeyAlias box',
      `Port ${port}`,
      'User root',
      `IdentityFile ${this.path('user-key')}`,
      'IdentitiesOnly yes',
      `UserKnownHostsFile ${this.path('known_hosts')}`,
      '',
    ].join('\n');
  }
}

function answers(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => resolve(undefined));
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
