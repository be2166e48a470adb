import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { exec, type ExecResult, run } from '../../src/base/exec.ts';
import { randomId } from '../../src/base/ids.ts';
import { retryUntil } from '../../src/base/retry.ts';

/*
 * A machine on which nothing was ever installed: a container made of Debian's smallest set of packages, in which
 * install.sh starts a dockerd of its own. That one's layers lie on a volume, since overlay does not stack.
 */

const checkout = join(import.meta.dirname, '../..');
const caFolder = '/usr/local/share/ca-certificates';

export interface Machine {
  readonly name: string;
  /** Runs a script of sh as root. Throws ExecError unless it exits with 0. */
  sh(script: string): Promise<string>;
  /** The same; a failure is a result. */
  try(script: string): Promise<ExecResult>;
  remove(): Promise<void>;
}

/** What the machine starts first. `none`: an init that starts nothing, as in many containers. */
type Init = 'none' | 'systemd';

const startedBy: Readonly<Record<Init, { packages: string; options: string[]; command: string[] }>> = {
  none: { packages: 'ca-certificates,procps', options: ['--init'], command: ['sleep', 'infinity'] },
  systemd: {
    packages: 'ca-certificates,procps,systemd-sysv,dbus',
    options: ['--env=container=docker', '--tmpfs=/run', '--tmpfs=/run/lock'],
    command: ['/sbin/init'],
  },
};

/** Starts a fresh machine with a copy of this checkout in /root/slipway, without what git ignores. */
export async function freshMachine(init: Init): Promise<Machine> {
  const { packages, options, command } = startedBy[init];
  const image = await debianImage(packages);
  const name = `slipway-fresh-${randomId()}`;
  const named = [`--name=${name}`, '--hostname=fresh'];
  await exec('docker', ['run', '--detach', ...named, ...options, ...rights, ...mounts(), image, ...command]);
  const machine: Machine = {
    name,
    sh: async (script) => (await exec('docker', ['exec', name, 'sh', '-c', script])).stdout.trim(),
    try: (script) => run('docker', ['exec', name, 'sh', '-c', script]),
    remove: async () => void (await exec('docker', ['rm', '--force', '--volumes', name])),
  };
  await machine.sh(`mkdir /root/slipway && cd /checkout && tar -c ${leftOut} . | tar -x -C /root/slipway`);
  await machine.sh(`cat > /root/.npmrc <<'END'\n${await npmSettings()}\nEND`);
  return machine;
}

/** Runs install.sh there and gives what it printed; throws with all of it when it fails. */
export async function installOn(machine: Machine, ...options: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await machine.try(`cd /root/slipway && ./install.sh ${options.join(' ')}`);
  if (code !== 0) throw new Error(`install.sh ${options.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

/** What a script prints when it succeeds at last; throws when it does not within half a minute. */
export async function eventuallyOn(machine: Machine, script: string): Promise<string> {
  const attempt = async () => {
    const { code, stdout } = await machine.try(script);
    return code === 0 ? stdout : undefined;
  };
  const printed = await retryUntil(attempt, { firstPause: 100, maxPause: 1000, timeout: 30_000 });
  if (printed === undefined) throw new Error(`never succeeded: ${script}`);
  return printed;
}

const leftOut = ['node_modules', 'dist', '.git'].map((name) => `--exclude=./${name}`).join(' ');

/** All that an own dockerd needs. SYS_RESOURCE is not among it, and some machines cannot give it. */
const rights = [
  '--cap-add=ALL',
  '--cap-drop=SYS_RESOURCE',
  '--security-opt=seccomp=unconfined',
  '--security-opt=apparmor=unconfined',
];

function mounts(): string[] {
  return [
    '--volume=/sys/fs/cgroup:/sys/fs/cgroup',
    '--volume=/var/lib/docker',
    `--volume=${checkout}:/checkout:ro`,
  ];
}

/** The registry and the certificates that npm uses here are used there. */
async function npmSettings(): Promise<string> {
  const registry = await exec('npm', ['config', 'get', 'registry']);
  return `registry=${registry.stdout.trim()}\ncafile=/etc/ssl/certs/ca-certificates.crt`;
}

/** Debian of the release that runs here, from the sources of this machine; kept as an image for the next time. */
async function debianImage(packages: string): Promise<string> {
  const sources = aptSources();
  const certificates = readdirSync(caFolder).filter((name) => name.endsWith('.crt'));
  const recipe = recipeFor({ packages, sources, certificates });
  const contents = [...sources, ...certificates.map((name) => join(caFolder, name))].map((path) =>
    readFileSync(path, 'utf8'),
  );
  const tag = `slipway-test/fresh:${createHash('sha256')
    .update(JSON.stringify([recipe, contents]))
    .digest('hex')
    .slice(0, 12)}`;
  if ((await run('docker', ['image', 'inspect', tag])).code !== 0) await makeImage(recipe, tag);
  return tag;
}

interface Recipe {
  readonly packages: string;
  readonly sources: readonly string[];
  readonly certificates: readonly string[];
}

function recipeFor({ packages, sources, certificates }: Recipe): string[] {
  const left = ['doc', 'man', 'locale'].map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`);
  const trust = certificates.map((name) => `--customize-hook=copy-in ${join(caFolder, name)} ${caFolder}`);
  const update = '--customize-hook=chroot "$1" update-ca-certificates';
  const usr = '--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr';
  return [
    '--variant=minbase',
    `--include=${packages}`,
    ...left,
    usr,
    ...trust,
    update,
    release(),
    'FILE',
    ...sources,
  ];
}

async function makeImage(recipe: readonly string[], tag: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-fresh-'));
  try {
    const file = join(folder, 'debian.tar');
    await exec(
      'mmdebstrap',
      recipe.map((word) => (word === 'FILE' ? file : word)),
    );
    await exec('docker', ['import', file, tag]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function release(): string {
  const codename = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  if (codename === undefined) throw new Error('/etc/os-release has no VERSION_CODENAME');
  return codename;
}

function aptSources(): string[] {
  const folder = '/etc/apt/sources.list.d';
  const ours = readdirSync(folder).filter((name) => /^(debian|ubuntu)\.(sources|list)$/.test(name));
  return ours.length > 0 ? ours.map((name) => join(folder, name)) : ['/etc/apt/sources.list'];
}
