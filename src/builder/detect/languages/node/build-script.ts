import { scriptOf } from './package-json.ts';
import type { Project } from './project.ts';

/** The command that builds what is served: a wish, else a script; undefined: the source is served as it is. */
export function buildCommand({ root, commands }: Project, wish: string | null): string | undefined {
  if (wish !== null) return wish;
  const script = ['heroku-postbuild', 'build'].find((name) => scriptOf(root, name) !== undefined);
  return script === undefined ? undefined : `${commands.program} run ${script}`;
}

/** The text of the script that builds, with what it calls by name; empty without one. */
export function buildText({ root }: Project): string {
  const seen = new Set<string>();
  const add = (name: string): void => {
    const script = scriptOf(root, name);
    if (script === undefined || seen.has(script)) return;
    seen.add(script);
    for (const [, called = ''] of script.matchAll(/\b(?:npm|pnpm|yarn|bun)(?: run)? ([\w:.-]+)/g))
      add(called);
  };
  for (const name of ['heroku-postbuild', 'prebuild', 'build', 'postbuild']) add(name);
  return [...seen].join('\n');
}
