import { chooseVersion, type ChosenVersion, type Runtime, type VersionWish } from '../../choose-version.ts';
import type { PlanContext } from '../../language.ts';
import { toolVersion } from '../../tool-versions.ts';
import type { PackageJson } from './package-json.ts';

/** The line that most people run: the one under long-term support. */
const standard = '24';

const runtime: Runtime = {
  name: 'Node',
  standard,
  setting: 'engines.node in package.json',
  offers: ['18', '20', '22', '24', '25', '26'].map((version) => ({
    version,
    image: `node:${version}-bookworm-slim`,
  })),
};

/** Names of the lines under long-term support, as .nvmrc has them: `lts/iron`. */
const lines: Readonly<Record<string, string>> = { hydrogen: '18', iron: '20', jod: '22', krypton: '24' };

/** Where a version is asked for: app.json, then the manifest, then the files of version managers. Throws E_BUILD_PLAN. */
export function chooseNode({ source, wishes, registry }: PlanContext, root: PackageJson): ChosenVersion {
  const ofFile = (file: string): VersionWish | undefined => {
    const text = (source.text(file) ?? '').split('\n').find((line) => /^[^#\s]/.test(line));
    return text === undefined ? undefined : wish(text.trim(), file);
  };
  const wanted =
    (wishes.version === null ? undefined : wish(wishes.version, 'app.json')) ??
    (root.engines['node'] === undefined ? undefined : wish(root.engines['node'], 'package.json')) ??
    ofFile('.node-version') ??
    ofFile('.nvmrc') ??
    toolVersion(source, ['nodejs', 'node']);
  return chooseVersion(runtime, wanted && { ...wanted, range: rangeOf(wanted.range) }, registry);
}

function wish(text: string, from: string): VersionWish {
  return { range: text, text, from };
}

/** The words of version managers as a range: `lts/*`, `lts/iron`, `node`. */
function rangeOf(text: string): string {
  const word = text.toLowerCase();
  const line = /^lts[/-](\w+)$/.exec(word)?.[1];
  if (line !== undefined && Object.hasOwn(lines, line)) return lines[line] ?? text;
  if (['lts', 'lts/*', '--lts', 'node', 'stable'].includes(word)) return standard;
  return ['latest', 'current'].includes(word) ? '*' : text;
}
