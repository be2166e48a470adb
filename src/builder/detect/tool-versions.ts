import type { VersionWish } from './choose-version.ts';
import { readToml, recordAt } from './manifest.ts';
import type { SourceView } from './source-view.ts';

/** Files of mise, which also reads .tool-versions of asdf. */
const miseFiles = ['mise.toml', '.mise.toml'];

/**
 * What the files of version managers for all languages, `.tool-versions` and `mise.toml`, say of a tool, which has one of
 * these names there. Throws E_BUILD_PLAN for a mise.toml that cannot be read.
 */
export function toolVersion(source: SourceView, names: readonly string[]): VersionWish | undefined {
  return ofToolVersions(source, names) ?? ofMise(source, names);
}

function ofToolVersions(source: SourceView, names: readonly string[]): VersionWish | undefined {
  const lines = (source.text('.tool-versions') ?? '').split('\n');
  for (const line of lines) {
    const [name = '', version] = line.trim().split(/\s+/);
    if (version !== undefined && names.includes(name)) return wish(version, '.tool-versions');
  }
  return undefined;
}

function ofMise(source: SourceView, names: readonly string[]): VersionWish | undefined {
  for (const file of miseFiles) {
    const tools = recordAt(readToml(source, file), 'tools');
    for (const name of names) {
      const found = Object.hasOwn(tools, name) ? tools[name] : undefined;
      const version: unknown = Array.isArray(found) ? found[0] : found;
      if (typeof version === 'string') return wish(version, file);
    }
  }
  return undefined;
}

function wish(text: string, from: string): VersionWish {
  return { range: text, text, from };
}
