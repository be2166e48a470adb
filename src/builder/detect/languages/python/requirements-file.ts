import { posix } from 'node:path';
import { failure } from '../../../../model/failures.ts';
import type { SourceView } from '../../source-view.ts';
import { parseRequirement, type Requirement } from './requirement.ts';

/** What a file of pip's asks for, with those that it includes. */
export interface RequirementsFile {
  /** The file and all that it includes. */
  readonly files: readonly string[];
  readonly requirements: readonly Requirement[];
}

/** Throws E_BUILD_PLAN for one that includes a file which is not there. */
export function readRequirements(source: SourceView, path: string): RequirementsFile {
  const files: string[] = [];
  const requirements: Requirement[] = [];
  const waiting = [path];
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    if (files.includes(file)) continue;
    files.push(file);
    for (const line of linesOf(source.text(file) ?? '')) {
      const included = includedBy(line);
      if (included !== undefined) waiting.push(existing(source, file, included));
      else if (!line.startsWith('-') || isEditable.test(line))
        requirements.push(parseRequirement(line.replace(isEditable, '')));
    }
  }
  return { files, requirements };
}

const isEditable = /^(-e|--editable)[\s=]+/;

/** Without comments, and without what is left of UTF-16 where that was read as UTF-8; a line that ends with a backslash goes on in the next one. */
function linesOf(text: string): string[] {
  const whole = text
    .replaceAll(/[\0\uFFFD]/g, '')
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/);
  return whole.map((line) => line.replace(/(^|\s)#.*$/, '').trim()).filter((line) => line !== '');
}

function includedBy(line: string): string | undefined {
  return /^(?:-r|--requirement|-c|--constraint)[\s=]*(\S+)$/.exec(line)?.[1];
}

/** The path of an included file, which is told from the folder of the file that includes it. */
function existing(source: SourceView, file: string, included: string): string {
  const path = posix.normalize(posix.join(posix.dirname(file), included));
  if (source.text(path) !== undefined) return path;
  throw failure('E_BUILD_PLAN', `${file} includes ${included}, which is not in the source`, {
    hint: `commit ${path}, or take the line out of ${file}`,
  });
}
