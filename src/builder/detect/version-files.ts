import type { VersionWish } from './choose-version.ts';
import { readToml, textAt } from './manifest.ts';
import type { SourceView } from './source-view.ts';

/** The version in a file that has nothing else, such as `.go-version`; a word in front of its number is left out. */
export function versionFile(source: SourceView, path: string): VersionWish | undefined {
  const line = (source.text(path) ?? '').split('\n').find((each) => /^[^#\s]/.test(each));
  return line === undefined ? undefined : wish(line, path);
}

/** What the version managers asdf and mise are asked for, where a tool has any of these names there. */
export function toolVersion(source: SourceView, names: readonly string[]): VersionWish | undefined {
  const lines = (source.text('.tool-versions') ?? '').split('\n').map((line) => line.trim().split(/\s+/));
  const words = lines.find(([name = '']) => names.includes(name));
  return words?.[1] === undefined ? miseVersion(source, names) : wish(words[1], '.tool-versions');
}

function miseVersion(source: SourceView, names: readonly string[]): VersionWish | undefined {
  for (const path of ['mise.toml', '.mise.toml']) {
    const tools = readToml(source, path);
    const texts = names.map(
      (name) => textAt(tools, 'tools', name) ?? textAt(tools, 'tools', name, 'version'),
    );
    const text = texts.find((each) => each !== undefined);
    if (text !== undefined) return wish(text, path);
  }
  return undefined;
}

/** Words such as `latest` or `system` ask for nothing. */
function wish(written: string, from: string): VersionWish | undefined {
  const text = written.trim();
  const number = /\d[\w.]*/.exec(text)?.[0];
  return number === undefined ? undefined : { range: number, text, from };
}
