import { posix } from 'node:path';
import { failure } from '../../../../model/failures.ts';
import type { SourceView } from '../../source-view.ts';
import { parseGoFile, type GoFile } from './go-mod.ts';

/** The modules of a source. */
export interface GoModules {
  /** The file that decides: `go.work`, else `go.mod`. */
  readonly file: string;
  readonly says: GoFile;
  /** Those whose programs are built: that at the top, and those that go.work uses. */
  readonly own: readonly GoModule[];
  /** Folders whose go.mod the dependencies are found by: the top, those of `own`, those that stand in for others. */
  readonly folders: readonly string[];
  readonly requires: ReadonlySet<string>;
}

export interface GoModule {
  /** In the source; `.` is its top. */
  readonly folder: string;
  readonly path: string;
}

/** Throws E_BUILD_PLAN where there is no go.mod, or one without a name. */
export function goModules(source: SourceView): GoModules {
  const file = source.has('go.work') ? 'go.work' : 'go.mod';
  const says = parseGoFile(source.text(file) ?? '');
  const used = file === 'go.work' ? says.uses : ['.'];
  const own = used.map((folder) => ({ folder: posix.join(folder, '.'), ...named(source, folder) }));
  const replacing = [{ folder: '.', ...says }, ...own].flatMap((module) =>
    module.replacing.map((folder) => posix.join(module.folder, folder)),
  );
  return {
    file,
    says,
    own,
    folders: [...new Set(['.', ...own.map(({ folder }) => folder), ...replacing])].filter(
      (folder) => folder === '.' || isWithin(source, folder),
    ),
    requires: new Set(own.flatMap(({ requires }) => requires)),
  };
}

function named(source: SourceView, folder: string): GoFile & { readonly path: string } {
  const file = posix.join(folder, 'go.mod');
  const text = source.text(file);
  if (text === undefined)
    throw failure('E_BUILD_PLAN', `There is no ${file}, which names the module and what it needs`, {
      hint: 'make one: go mod init NAME && go mod tidy, and commit it with go.sum',
    });
  const says = parseGoFile(text);
  if (says.module === undefined)
    throw failure('E_BUILD_PLAN', `${file} has no line "module NAME"`, {
      hint: `mend ${file}: go mod init NAME makes one`,
    });
  return { ...says, path: says.module };
}

/** Also refuses what leads out of the source. */
function isWithin(source: SourceView, folder: string): boolean {
  return source.has(posix.join(folder, 'go.mod'));
}
