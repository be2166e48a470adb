/*
 * Writes docs/commands.md and docs/errors.md from the table of operations and the table of failures.
 * With --check it writes nothing and exits with 1 when one of them is not what it would write.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { commandsPage, errorsPage } from '../src/contract/docs-pages.ts';

const pages: Readonly<Record<string, string>> = { 'commands.md': commandsPage(), 'errors.md': errorsPage() };
const check = process.argv.includes('--check');

for (const [name, text] of Object.entries(pages)) {
  const path = fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
  const before = await readFile(path, 'utf8').catch(() => '');
  if (before === text) continue;
  if (check) {
    process.stderr.write(`docs/${name} is stale: run npm run docs\n`);
    process.exitCode = 1;
  } else {
    await writeFile(path, text);
    process.stdout.write(`docs/${name} written\n`);
  }
}
