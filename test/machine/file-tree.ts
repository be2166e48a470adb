import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Everything below a folder: path -> content, `-> target` or `/`. */
export function listTree(folder: string, below = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(folder, below)).sort()) {
    const path = below === '' ? name : `${below}/${name}`;
    const status = lstatSync(join(folder, path));
    if (status.isDirectory()) Object.assign(found, { [path]: '/' }, listTree(folder, path));
    else
      found[path] = status.isSymbolicLink()
        ? `-> ${readlinkSync(join(folder, path))}`
        : readFileSync(join(folder, path), 'utf8');
  }
  return found;
}

/** Makes a folder with files: path -> content. Gives the folder. */
export function makeTree(tree: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(tree, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(tree, path, '..'), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  return tree;
}
