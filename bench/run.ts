import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/* All benches, one after another; as root, on a machine that does nothing else. Exit status 1 when one of them failed. */
for (const name of [
  'deploy',
  'builds',
  'sizes',
  'build-load',
  'commands',
  'load',
  'router',
  'thousand',
  'https',
  'services',
  'idle',
]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, `${name}.ts`)], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  if (code !== 0) process.exitCode = 1;
}
