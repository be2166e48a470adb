import { posix } from 'node:path';
import type { SourceView } from '../../source-view.ts';
import type { Module } from './java-build.ts';

/** What a project of Gradle makes, and by which task. */
export interface GradleKind {
  readonly task: string;
  readonly marks: RegExp;
  /** Where in its folder `build` the result is. */
  readonly makes: 'libs' | 'install' | 'quarkus-app';
}

/** The top of the source, or a project that its settings include. */
export interface GradleProject extends Module {
  /** `:web`, empty for the top. */
  readonly path: string;
  readonly kind: GradleKind;
  /** Its build file, as far as it counts. */
  readonly text: string;
}

/** A jar that the build file itself makes one to be started. */
const plain: GradleKind = { task: 'jar', marks: /['"]Main-Class['"]/, makes: 'libs' };

/** The first that holds. */
const kinds: readonly GradleKind[] = [
  { task: 'bootJar', marks: /org\.springframework\.boot|plugins\.spring\.?boot/i, makes: 'libs' },
  { task: 'quarkusBuild', marks: /['"]io\.quarkus['"]|plugins\.quarkus/, makes: 'quarkus-app' },
  { task: 'shadowJar', marks: /johnrengelman\.shadow|gradleup\.shadow|plugins\.shadow/, makes: 'libs' },
  {
    task: 'installDist',
    marks:
      /^\s*`?application`?\s*$|['"](application|[\w.-]*application-conventions|io\.micronaut\.application|io\.ktor\.plugin)['"]/m,
    makes: 'install',
  },
  plain,
];

/** Names in brackets, or in a line that goes on behind a comma. */
const includeCall = /\binclude\b\s*(?:\([^)]*\)|[^\n]*(?:(?<=,[ \t]*)\n[^\n]*)*)/g;

/** That at the top, if it has a build file, and those that the settings include. */
export function readProjects(source: SourceView): readonly GradleProject[] {
  const settings = scriptIn(source, '.', 'settings.gradle') ?? '';
  const includes = Array.from(settings.matchAll(includeCall), ([call]) =>
    Array.from(call.matchAll(/['"]:?([\w.:-]+)['"]/g), ([, name = '']) => name),
  ).flat();
  const folders = ['.', ...new Set(includes.map((name) => name.replaceAll(':', '/')))];
  return folders.flatMap((folder) => projectIn(source, folder) ?? []);
}

function projectIn(source: SourceView, folder: string): GradleProject | undefined {
  const text = scriptIn(source, folder, 'build.gradle');
  if (text === undefined) return undefined;
  const kind = kinds.find(({ marks }) => marks.test(text));
  const path = folder === '.' ? '' : `:${folder.replaceAll('/', ':')}`;
  return { folder, path, kind: kind ?? plain, text, isApp: kind !== undefined };
}

/** In Groovy or Kotlin; without comments, and without plugins that are only named for projects below. */
function scriptIn(source: SourceView, folder: string, name: string): string | undefined {
  const path = posix.join(folder, name);
  const text = source.text(path) ?? source.text(`${path}.kts`);
  if (text === undefined) return undefined;
  const lines = text.split('\n').filter((line) => !/^\s*(\/\/|\*|\/\*)|\bapply\(?\s*false/.test(line));
  return lines.join('\n');
}

/** What Gradle calls the program that the plugin `application` makes. */
export function programName(source: SourceView, { folder, text }: GradleProject): string {
  const set = /applicationName\s*=\s*['"]([\w.-]+)['"]/.exec(text)?.[1];
  if (set !== undefined) return set;
  if (folder !== '.') return posix.basename(folder);
  const settings = scriptIn(source, '.', 'settings.gradle') ?? '';
  return /rootProject\.name\s*=\s*['"]([\w.-]+)['"]/.exec(settings)?.[1] ?? 'app';
}

/** The version of Java that any build file names, those of plugins of its own as well. */
export function gradleJava(source: SourceView): { readonly text: string; readonly from: string } | undefined {
  const paths = source.paths.filter((path) => /\.gradle(\.kts)?$/.test(path));
  for (const path of paths) {
    const text = source.text(path) ?? '';
    const version = versionMarks.map((mark) => mark.exec(text)?.[1]).find((found) => found !== undefined);
    if (version !== undefined) return { text: version.replace('_', '.'), from: path };
  }
  return undefined;
}

const versionMarks = [
  /JavaLanguageVersion\.of\(['"]?(\d+)/,
  /\bjvmToolchain\((\d+)/,
  /\brelease(?:\.set\(|\s*=\s*)(\d+)/,
  /\b(?:source|target)Compatibility\s*=?\s*(?:JavaVersion\.VERSION_)?['"]?(\d+(?:[._]\d+)?)/,
];
