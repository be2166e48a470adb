import { chooseVersion, type ChosenVersion, type Runtime, type VersionWish } from '../../choose-version.ts';
import { wishedVersion } from '../../compiled.ts';
import type { PlanContext } from '../../language.ts';
import { readJson, readToml, textAt, type Manifest } from '../../manifest.ts';
import type { SourceView } from '../../source-view.ts';
import { toolVersion, versionFile } from '../../version-files.ts';

const runtime: Runtime = {
  name: 'Python',
  standard: '3.14',
  offers: [9, 10, 11, 12, 13, 14].map((minor) => ({
    version: `3.${minor}`,
    image: `python:3.${minor}-slim-bookworm`,
  })),
  setting: 'the file .python-version',
};

/** What asks for one version comes before what only tells a range. Throws E_BUILD_PLAN. */
export function choosePython({ source, wishes, registry }: PlanContext): ChosenVersion {
  const wish =
    wishedVersion(wishes) ??
    ofFile(source, '.python-version') ??
    ofFile(source, 'runtime.txt') ??
    ofPipenv(source) ??
    toolVersion(source, ['python']) ??
    ofProject(source);
  return chooseVersion(runtime, wish && { ...wish, range: rangeOf(wish.range) }, registry);
}

/** One version, or a word that names one such as `python-3.12.1`; the range is what is written where it has no number. */
function ofFile(source: SourceView, path: string): VersionWish | undefined {
  const found = versionFile(source, path);
  return found && { ...found, range: found.text.replace(/^python-/, '') };
}

function ofPipenv(source: SourceView): VersionWish | undefined {
  const lock = readJson(source, 'Pipfile.lock');
  const asked = (file: string, manifest: Manifest | undefined, ...keys: readonly string[]) =>
    wish(
      textAt(manifest, ...keys, 'python_full_version') ?? textAt(manifest, ...keys, 'python_version'),
      file,
    );
  return (
    asked('Pipfile.lock', lock, '_meta', 'requires') ??
    asked('Pipfile', readToml(source, 'Pipfile'), 'requires')
  );
}

function ofProject(source: SourceView): VersionWish | undefined {
  const manifest = readToml(source, 'pyproject.toml');
  const text =
    textAt(manifest, 'project', 'requires-python') ??
    textAt(manifest, 'tool', 'poetry', 'dependencies', 'python');
  return wish(text, 'pyproject.toml');
}

function wish(text: string | undefined, from: string): VersionWish | undefined {
  return text === undefined ? undefined : { range: text, text, from };
}

/** The words of Python (PEP 440), and of Poetry, as a range of npm. */
export function rangeOf(text: string): string {
  return text
    .split('||')
    .map((part) => part.split(',').map(comparison).join(' ').trim())
    .join(' || ');
}

function comparison(written: string): string {
  const text = written.trim().replace(/\.\*$/, '');
  // A version that is left out is no reason against the ones beside it: images have the newest.
  if (text.startsWith('!=')) return '';
  const compatible = /^~=\s*(\d+)\.(\d+)(\.\d+)?/.exec(text);
  if (!compatible) return text.replace(/^={1,3}\s*/, '');
  const [, major = '', minor = '', patch] = compatible;
  const below = patch === undefined ? `${Number(major) + 1}` : `${major}.${Number(minor) + 1}`;
  return `>=${major}.${minor}${patch ?? ''} <${below}`;
}
