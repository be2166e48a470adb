import { posix } from 'node:path';
import { failure } from '../../../../model/failures.ts';
import type { SourceView } from '../../source-view.ts';

/** What Gemfile and Gemfile.lock say. */
export interface Gems {
  /** Names of all gems: those of the lock, else those that the Gemfile names. */
  readonly names: ReadonlySet<string>;
  readonly locked: boolean;
  /** The version that the lock has of a gem. */
  version(name: string): string | undefined;
  /** `ruby 3.3.1p55` of the lock. */
  readonly ruby: string | undefined;
  /** All gems of the lock are in vendor/cache: nothing is fetched. */
  readonly vendored: boolean;
  /** Folders of the source that gems are in. */
  readonly paths: readonly string[];
  /** The Gemfile reads more of the source than these folders: all of it goes before the gems. */
  readonly wide: boolean;
}

/** Throws E_BUILD_PLAN for a lock that is none, or that is for machines of another kind only. */
export function readGems(source: SourceView): Gems {
  const gemfile = textOf(source, 'Gemfile') ?? '';
  const lock = textOf(source, 'Gemfile.lock');
  // The line of Ruby's own version reads a file that is copied anyway.
  const isWide = /^\s*(gemspec|eval_gemfile)\b|^(?!\s*ruby\b).*File\.(read|exist)/m.test(gemfile);
  if (lock === undefined)
    return {
      names: new Set(
        [...gemfile.matchAll(/^\s*gem\s*\(?\s*['"]([\w.-]+)['"]/gm)].flatMap(([, name]) => name ?? []),
      ),
      locked: false,
      version: () => undefined,
      ruby: undefined,
      vendored: false,
      paths: pathsIn(gemfile).map((path) => within(source, path)),
      wide: isWide,
    };
  return { ...readLock(source, lock), wide: isWide || /^PATH\n {2}remote: \.$/m.test(lock) };
}

/** With the ends of lines of Linux: files that were written on Windows may have others. */
function textOf(source: SourceView, path: string): string | undefined {
  const text = source.text(path)?.replaceAll('\r\n', '\n');
  if (text === undefined || !/^<{7} |^>{7} /m.test(text)) return text;
  throw failure('E_BUILD_PLAN', `${path} has the marks of a merge that was not finished`, {
    hint: path === 'Gemfile' ? 'mend it, commit it and push again' : 'bundle lock, commit it and push again',
  });
}

function readLock(source: SourceView, lock: string): Omit<Gems, 'wide'> {
  // Four spaces before a gem that is taken, six before what it needs.
  const specs = [...lock.matchAll(/^ {4}([\w.-]+) \(([^)]+)\)$/gm)];
  if (specs.length === 0 && !/^DEPENDENCIES$/m.test(lock))
    throw failure('E_BUILD_PLAN', 'Gemfile.lock is not what Bundler writes', {
      hint: 'bundle lock, commit it and push again',
    });
  checkPlatforms(lock);
  const versions = new Map(
    specs.map(([, name = '', version = '']) => [name, version.replace(/-(x86_64|aarch64|arm).*$/, '')]),
  );
  const fetched = gemsOf(lock);
  return {
    names: new Set(versions.keys()),
    locked: true,
    version: (name) => versions.get(name),
    ruby: /^RUBY VERSION\n {3}ruby (\S+)/m.exec(lock)?.[1],
    // Gems by git have folders there, which are not looked at.
    vendored:
      !/^GIT$/m.test(lock) &&
      fetched.length > 0 &&
      fetched.every((file) => source.has(`vendor/cache/${file}.gem`)),
    paths: [...lock.matchAll(/^PATH\n {2}remote: (\S+)$/gm)].flatMap(([, path]) =>
      path === undefined ? [] : within(source, path),
    ),
  };
}

/** Those of the sections GEM that are not for other machines alone, as their files are called. */
function gemsOf(lock: string): string[] {
  const sections = lock.split(/^(?=[A-Z])/m).filter((section) => section.startsWith('GEM\n'));
  const files = sections.flatMap((section) =>
    [...section.matchAll(/^ {4}([\w.-]+) \(([^)]+)\)$/gm)].map(([, name, version]) => `${name}-${version}`),
  );
  return files.filter((name) => !/-(\w+-darwin.*|java|\w+-(mingw|mswin)\S*)$/.test(name));
}

/** Bundler refuses a lock that was made on a Mac or on Windows alone. */
function checkPlatforms(lock: string): void {
  const section = /^PLATFORMS\n((?: {2}\S+\n?)+)/m.exec(lock)?.[1] ?? '';
  const platforms = section.trim().split(/\s+/);
  if (
    section === '' ||
    platforms.some((name) => name === 'ruby' || /^(x86_64|aarch64|arm64)-linux(-gnu)?$/.test(name))
  )
    return;
  throw failure(
    'E_BUILD_PLAN',
    `Gemfile.lock is for ${platforms.join(', ')} only, and this is Linux with glibc`,
    {
      hint: 'bundle lock --add-platform x86_64-linux, commit it and push again',
    },
  );
}

function pathsIn(gemfile: string): string[] {
  return [...gemfile.matchAll(/\bpath:\s*['"]([^'"]+)['"]/g)].flatMap(([, path]) => path ?? []);
}

/** A folder of the source that a gem is in. Throws E_BUILD_PLAN for one that was not pushed. */
function within(source: SourceView, path: string): string {
  const folder = posix.normalize(path).replace(/\/$/, '');
  if (folder === '.' || source.has(folder)) return folder;
  throw failure('E_BUILD_PLAN', `Gemfile names a gem in the folder ${path}, which is not in this source`, {
    hint: 'commit the folder within what is pushed, or name the gem by git: or by its version',
  });
}
