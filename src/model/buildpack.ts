import { parseRepository } from './repository-address.ts';

/** Where a classic buildpack comes from. */
export interface BuildpackSource {
  /** As it was given, for people. */
  readonly text: string;
  readonly kind: 'git' | 'archive';
  readonly url: string;
  /** Branch, tag or commit of a repository; null: its default branch. */
  readonly ref: string | null;
}

/** `heroku/ruby`: the short names of Heroku's own buildpacks (dev center, "Officially supported buildpacks"). */
const official =
  /^(?:heroku\/|heroku-buildpack-)(ruby|nodejs|clojure|python|java|gradle|jvm|grails|scala|play|php|go|static|nginx|apt|pgbouncer|multi)$/;

/** Reads one buildpack: a short name, a git repository with or without `#REF`, a .tgz. Undefined for what is none. */
export function parseBuildpack(text: string): BuildpackSource | undefined {
  const name = official.exec(text)?.[1];
  if (name !== undefined) return git(text, `https://github.com/heroku/heroku-buildpack-${name}.git`, null);
  return fromAddress(text);
}

function fromAddress(text: string): BuildpackSource | undefined {
  const [, url = '', ref = null] = /^([^#]*)(?:#([A-Za-z0-9][\w./-]{0,199}))?$/.exec(text) ?? [];
  const address = parseRepository(url);
  if (!address || address.login !== null) return undefined;
  if (!/^https?:.*\.(tgz|tar\.gz)$/.test(url)) return git(text, url, ref);
  return ref === null ? { text, kind: 'archive', url, ref } : undefined;
}

function git(text: string, url: string, ref: string | null): BuildpackSource {
  return { text, kind: 'git', url, ref };
}

/** What is wrong with the text of a buildpack; undefined: nothing. */
export function buildpackProblem(text: string): string | undefined {
  return parseBuildpack(text)
    ? undefined
    : 'A buildpack is a short name such as heroku/ruby, the address of a git repository (with #REF or without), or that of a .tgz';
}

/** The lines of a file .buildpacks; empty ones and comments are left out. */
export function readBuildpacksFile(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
