import { compare, coerce } from 'semver';
import { failure } from '../../../../model/failures.ts';
import { chooseVersion, type ChosenVersion, type Runtime, type VersionWish } from '../../choose-version.ts';
import { wishedVersion } from '../../compiled.ts';
import type { PlanContext } from '../../language.ts';
import { readToml, textAt, type Manifest } from '../../manifest.ts';
import type { SourceView } from '../../source-view.ts';
import { toolVersion } from '../../version-files.ts';

/** From the first that is of Debian 12 to the newest; 1.63 is that of the distribution itself. */
const minors = [63, ...Array.from({ length: 26 }, (_each, at) => 70 + at)];

const runtime: Runtime = {
  name: 'Rust',
  standard: '1.95',
  offers: minors.map((minor) => ({ version: `1.${minor}`, image: `rust:1.${minor}-slim-bookworm` })),
  setting: 'rust-toolchain.toml, rust-version in Cargo.toml, or build.version in app.json',
};

/** What does with no older Rust. */
interface Least {
  readonly version: string;
  readonly from: string;
}

/** The Rust that is wanted, or the newest; never one that is older than the files can do with. */
export function chooseRust({ source, wishes, registry }: PlanContext, top: Manifest): ChosenVersion {
  const exact = wishedVersion(wishes) ?? toolchain(source) ?? toolVersion(source, ['rust']);
  const least = leastOf(source, top);
  const wish = least && { range: `>=${least.version}`, text: `at least ${least.version}`, from: least.from };
  const chosen = chooseVersion(runtime, exact ?? wish, registry);
  if (least && compare(full(chosen.version), full(least.version)) < 0) throw tooOld(chosen, least);
  return chosen;
}

/** A channel by its number; `stable` asks for nothing. */
function toolchain(source: SourceView): VersionWish | undefined {
  const from = ['rust-toolchain.toml', 'rust-toolchain'].find((path) => source.has(path));
  if (from === undefined) return undefined;
  const text = channelIn(source, from);
  if (text === 'stable') return undefined;
  if (/^\d+\.\d+(\.\d+)?$/.test(text)) return { range: text, text, from };
  throw failure('E_BUILD_PLAN', `${from} asks for Rust ${text}, and only numbered versions are to be had`, {
    hint: 'write one such as channel = "1.85", or "stable"; for others commit a Dockerfile',
  });
}

/** The older form of the file has nothing but the name. */
function channelIn(source: SourceView, path: string): string {
  const text = (source.text(path) ?? '').trim();
  if (path === 'rust-toolchain' && /^[\w.-]+$/.test(text)) return text;
  return textAt(readToml(source, path), 'toolchain', 'channel') ?? 'stable';
}

function leastOf(source: SourceView, top: Manifest): Least | undefined {
  const said = textAt(top, 'package', 'rust-version') ?? textAt(top, 'workspace', 'package', 'rust-version');
  const edition = textAt(top, 'package', 'edition') ?? textAt(top, 'workspace', 'package', 'edition');
  const lock = /^version = (\d+)$/m.exec(source.text('Cargo.lock') ?? '')?.[1];
  const all = [
    { version: said, from: 'Cargo.toml' },
    { version: edition === '2024' ? '1.85' : undefined, from: 'edition 2024 in Cargo.toml' },
    { version: lock === '4' ? '1.78' : undefined, from: 'Cargo.lock (its version is 4)' },
  ];
  const known = all.flatMap(({ version, from }) =>
    version !== undefined && coerce(version) ? [{ version, from }] : [],
  );
  return known.toSorted((a, b) => compare(full(b.version), full(a.version)))[0];
}

function full(version: string): string {
  return coerce(version)?.version ?? '0.0.0';
}

function tooOld({ version, from }: ChosenVersion, least: Least): Error {
  return failure(
    'E_BUILD_PLAN',
    `${from} asks for Rust ${version}, but ${least.from} needs at least ${least.version}`,
    { hint: `ask for ${least.version} or a newer one in ${from}` },
  );
}
