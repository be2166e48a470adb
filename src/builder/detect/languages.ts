import type { Language } from './language.ts';
import { node } from './languages/node.ts';
import { deno } from './languages/deno.ts';
import { elixir } from './languages/elixir.ts';
import { go } from './languages/go.ts';
import { java } from './languages/java.ts';
import { rust } from './languages/rust.ts';
import { php } from './languages/php.ts';
import { python } from './languages/python.ts';
import { ruby } from './languages/ruby.ts';
import { shell } from './languages/shell.ts';
import { staticSite } from './languages/static.ts';

/**
 * In the order of asking, the first that detects wins: what serves before what only builds pages for it, since apps of
 * most languages carry a package.json for their assets.
 */
export const languages: readonly Language[] = [
  php,
  ruby,
  elixir,
  python,
  go,
  rust,
  java,
  deno,
  node,
  staticSite,
  shell,
];
