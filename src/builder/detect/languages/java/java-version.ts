import { chooseVersion, type ChosenVersion, type Runtime, type VersionWish } from '../../choose-version.ts';
import { wishedVersion } from '../../compiled.ts';
import type { PlanContext } from '../../language.ts';
import type { SourceView } from '../../source-view.ts';
import { toolVersion, versionFile } from '../../version-files.ts';

/** Versions that are supported for years: what images are made for, and what people run. */
export const longLived = [8, 11, 17, 21, 25];

/** What a kind of build makes of a version of Java. */
export interface JavaNeeds {
  /** The image that builds with it. */
  readonly image: (version: number) => string;
  /** The version that the build file compiles for, as it has it. */
  readonly least: { readonly text: string; readonly from: string } | undefined;
  /** Where nothing is asked. */
  readonly standard: number;
}

/**
 * The Java that is asked for. What a build file compiles for is only the least that does: taken is the oldest that is
 * supported for years and can compile it, since tools and libraries are often behind the newest.
 */
export function chooseJava(context: PlanContext, needs: JavaNeeds): ChosenVersion {
  const exact = exactWish(context);
  if (exact || !needs.least) return choose(context, needs, exact);
  const { text, from } = needs.least;
  const least = majorOf(text) ?? text;
  const standard = longLived.find((version) => version >= Number(least)) ?? needs.standard;
  return choose(context, { ...needs, standard }, { range: `>=${least}`, text: `at least ${least}`, from });
}

function choose({ registry }: PlanContext, needs: JavaNeeds, wish: VersionWish | undefined): ChosenVersion {
  const runtime: Runtime = {
    name: 'Java',
    standard: String(needs.standard),
    offers: longLived.map((version) => ({ version: String(version), image: needs.image(version) })),
    setting: 'java.runtime.version in system.properties, or build.version in app.json',
  };
  return chooseVersion(runtime, wish, registry);
}

/** What means this very version; images are only to be had by the first number of it. */
function exactWish({ source, wishes }: PlanContext): VersionWish | undefined {
  const wish =
    wishedVersion(wishes) ??
    property(source, 'system.properties', 'java.runtime.version') ??
    versionFile(source, '.java-version') ??
    property(source, '.sdkmanrc', 'java') ??
    toolVersion(source, ['java']);
  return wish && { ...wish, range: majorOf(wish.text) ?? wish.range };
}

function property(source: SourceView, path: string, key: string): VersionWish | undefined {
  const lines = (source.text(path) ?? '').split('\n').map((line) => line.split('='));
  const text = lines.find(([name = '']) => name.trim() === key)?.[1]?.trim();
  return text === undefined || text === '' ? undefined : { range: text, text, from: path };
}

/** `17` of `17.0.9-tem` and `openjdk64-17.0.1`, `8` of `1.8`; a range such as `>=17` stands as it is. */
function majorOf(text: string): string | undefined {
  return /^(?:[a-z]\w*-)*(?:1\.)?(\d+)/i.exec(text)?.[1];
}
