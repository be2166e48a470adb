import { satisfies, valid, validRange, coerce, rcompare } from 'semver';
import { failure } from '../../model/failures.ts';
import { recipeFor } from '../images/recipes.ts';
import type { VersionChoice } from './plan.ts';

/** A language's program and the images that it is to be had in. */
export interface Runtime {
  /** `Node`. */
  readonly name: string;
  /** What is taken where nothing is asked and a registry answers. */
  readonly standard: string;
  /** Versions as the tags of the image have them, `22` or `3.12`, with the image of each. */
  readonly offers: readonly Offer[];
  /** How to ask for another one: `engines.node in package.json`. */
  readonly setting: string;
}

export interface Offer {
  readonly version: string;
  readonly image: string;
}

/** A version that a file asks for. */
export interface VersionWish {
  /** A range in the words of npm: `22`, `>=3.11 <4`, `3.12.x`; languages with words of their own translate first. */
  readonly range: string;
  /** As the file has it. */
  readonly text: string;
  readonly from: string;
}

export interface ChosenVersion extends VersionChoice {
  readonly image: string;
}

/**
 * The newest version that is asked for and can be had: in a registry, or by a recipe where none answers. Without a wish
 * the standard one. Throws E_BUILD_PLAN for a wish that is none, or that no version fits.
 */
export function chooseVersion(
  runtime: Runtime,
  wish: VersionWish | undefined,
  registry: boolean,
): ChosenVersion {
  const possible = runtime.offers
    .filter(({ image }) => registry || recipeFor(image) !== undefined)
    .toSorted((a, b) => rcompare(full(a.version), full(b.version)));
  if (!wish) return standardOf(runtime, possible);
  const range = validRange(wish.range, { loose: true });
  if (range === null) throw refused(runtime, wish, 'is no version');
  const fitting = possible.filter(({ version }) => fits(version, range));
  // A wish that is open upwards means "not an old one": the standard version is what most people run.
  const chosen = fitting.find(({ version }) => version === runtime.standard) ?? fitting[0];
  if (!chosen) throw refused(runtime, wish, `is not to be had here; there is ${listed(possible)}`);
  const { name } = runtime;
  return { name, version: chosen.version, image: chosen.image, wanted: wish.text, from: wish.from };
}

function standardOf(runtime: Runtime, possible: readonly Offer[]): ChosenVersion {
  const chosen = possible.find(({ version }) => version === runtime.standard) ?? possible[0];
  if (!chosen)
    throw failure('E_BUILD_PLAN', `There is no image of ${runtime.name} to be had on this machine`, {
      hint: 'no registry answers, and no recipe makes one: give the machine a way to a registry',
    });
  const { name } = runtime;
  return { name, version: chosen.version, image: chosen.image, wanted: null, from: 'the default' };
}

/** Whether any patch of a version such as `22` or `3.12` is in the range. */
function fits(version: string, range: string): boolean {
  const parts = version.split('.').length;
  const highest = [full(version), `${version}${'.99999'.repeat(3 - parts)}`, ...patchesIn(version, range)];
  return highest.some((each) => valid(each) !== null && satisfies(each, range));
}

/** The versions that the range itself names and that belong to this one: `22.3.1` for `22`. */
function patchesIn(version: string, range: string): string[] {
  const named = range.match(/\d+\.\d+\.\d+/g) ?? [];
  return named.filter((each) => each === version || each.startsWith(`${version}.`));
}

function full(version: string): string {
  return coerce(version)?.version ?? '0.0.0';
}

function refused(runtime: Runtime, wish: VersionWish, why: string): Error {
  return failure('E_BUILD_PLAN', `${wish.from} asks for ${runtime.name} ${wish.text}, which ${why}`, {
    hint: `ask for another one: ${runtime.setting}`,
  });
}

function listed(offers: readonly Offer[]): string {
  return offers.length === 0 ? 'none' : offers.map(({ version }) => version).join(', ');
}
