import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build, type BuildOptions, type Metafile } from 'esbuild';

const repository = dirname(import.meta.dirname);
const source = (...parts: readonly string[]) => join(repository, ...parts);

const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  minifySyntax: true,
  minifyWhitespace: true,
  minifyIdentifiers: false,
  legalComments: 'none',
  logLevel: 'warning',
};

/**
 * The command line program as one file. CommonJS, because Node starts it some milliseconds sooner than a module; and no
 * package in it, because each would have to be loaded at every command. Runs on Node 20 too: laptops have what they have.
 */
export async function buildCli(folder: string): Promise<void> {
  const { metafile } = await build({
    ...common,
    metafile: true,
    entryPoints: [source('src/cli/main.ts')],
    outfile: join(folder, 'slipway.cjs'),
    format: 'cjs',
    target: 'node20',
    banner: { js: '#!/usr/bin/env node' },
  });
  const foreign = packagesIn(metafile);
  if (foreign.length > 0)
    throw new Error(`slipway.cjs must be our own code alone, but it has ${foreign.join(', ')}`);
  await chmod(join(folder, 'slipway.cjs'), 0o755);
}

/** The resident program as one file. Some of its packages are CommonJS and call `require`, which a module does not have. */
export async function buildDaemon(folder: string): Promise<void> {
  await build({
    ...common,
    entryPoints: [source('src/daemon/main.ts')],
    outfile: join(folder, 'slipwayd.mjs'),
    format: 'esm',
    target: 'node24',
    sourcemap: 'linked',
    // jsonc-parser's CommonJS form asks for its parts in a way that cannot be bundled; its module form can.
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
}

/** The scripts between sshd and git, and the one that keeps programs running. Git wants hooks in a folder, by their names. */
export async function copyScripts(folder: string): Promise<void> {
  await copyProgram(source('src/ssh/entry.sh'), join(folder, 'entry.sh'));
  await copyProgram(source('src/ssh/pre-receive.sh'), join(folder, 'hooks', 'pre-receive'));
}

async function copyProgram(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  await chmod(to, 0o755);
}

function packagesIn({ inputs }: Metafile): readonly string[] {
  return Object.keys(inputs).filter((path) => path.includes('node_modules/'));
}

if (import.meta.main) {
  const folder = source('dist');
  await Promise.all([buildCli(folder), buildDaemon(folder), copyScripts(folder)]);
  for (const name of ['supervise.sh', 'start-router.sh'])
    await copyProgram(source(`scripts/${name}`), join(folder, name));
}
