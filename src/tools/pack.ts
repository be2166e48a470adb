import { exec, ExecError, run } from '../base/exec.ts';
import { systemCode } from '../base/failure.ts';

export interface PackBuild {
  /** Name of the image that is made. */
  readonly image: string;
  /** Folder with the source. */
  readonly path: string;
  /** The builder image; undefined: the one that project.toml names, or that pack is set to. */
  readonly builder: string | undefined;
  /** File with `NAME=value` lines: what buildpacks find in their environment. */
  readonly envFile: string;
  /** The same for values that have no form in such a file: pack reads them from its own environment. */
  readonly variables: Readonly<Record<string, string>>;
  readonly dockerSocket: string;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The version of the program pack on this machine, or null where there is none. */
export async function packVersion(): Promise<string | null> {
  try {
    const { code, stdout } = await run('pack', ['version'], { timeout: 5000 });
    return code === 0 ? stdout.trim() : null;
  } catch (error) {
    if (error instanceof ExecError && systemCode(error.cause) === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Builds by Cloud Native Buildpacks (buildpacks.io, "pack build"). The builder is not trusted: its phases run in
 * containers of their own, and only those that need it see a login. Throws ExecError.
 */
export async function packBuild(build: PackBuild): Promise<void> {
  const { image, path, builder, envFile, variables, dockerSocket, onLine, signal } = build;
  const args = ['build', image, '--path', path, '--env-file', envFile, '--pull-policy', 'if-not-present'];
  const named = Object.keys(variables).flatMap((name) => ['--env', name]);
  const env = {
    ...variables,
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '/root',
    DOCKER_HOST: `unix://${dockerSocket}`,
  };
  await exec(
    'pack',
    [...args, ...named, '--no-color', ...(builder === undefined ? [] : ['--builder', builder])],
    {
      env,
      onLine,
      signal,
    },
  );
}
