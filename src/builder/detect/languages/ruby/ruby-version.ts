import { failure } from '../../../../model/failures.ts';
import { chooseVersion, type ChosenVersion, type Runtime, type VersionWish } from '../../choose-version.ts';
import { wishedVersion } from '../../compiled.ts';
import type { PlanContext } from '../../language.ts';
import { pessimisticRange } from '../../pessimistic-range.ts';
import type { SourceView } from '../../source-view.ts';
import { toolVersion, versionFile } from '../../version-files.ts';
import type { Gems } from './gems.ts';

const runtime: Runtime = {
  name: 'Ruby',
  standard: '3.4',
  offers: ['2.7', '3.0', '3.1', '3.2', '3.3', '3.4', '4.0'].map(offer),
  setting: 'ruby in the Gemfile, or the file .ruby-version',
};

/** The whole number of the one that is made from packages of the distribution. */
const madeHere = '3.1.2';

function offer(version: string): Runtime['offers'][number] {
  return { version, image: `ruby:${version}-slim-bookworm` };
}

/** Throws E_BUILD_PLAN. */
export function chooseRuby({ source, wishes, registry }: PlanContext, gems: Gems): ChosenVersion {
  const ofApp = wishedVersion(wishes);
  const demand = ofGemfile(source);
  const wish =
    ofApp ?? demand ?? versionFile(source, '.ruby-version') ?? ofLock(gems) ?? toolVersion(source, ['ruby']);
  if (ofApp || demand === undefined || !/^\d+\.\d+\.\d+$/.test(demand.range))
    return chooseVersion(runtime, wish, registry);
  return chooseVersion(registry ? withPatch(demand.range) : madeHereOnly(demand), wish, registry);
}

/** Bundler takes no other patch than the one that the Gemfile names; images of each are kept in registries. */
function withPatch(patch: string): Runtime {
  const offers = runtime.offers.map((each) => (patch.startsWith(`${each.version}.`) ? offer(patch) : each));
  return { ...runtime, offers };
}

function madeHereOnly({ range, from }: VersionWish): Runtime {
  const minor = madeHere.replace(/\.\d+$/, '');
  if (range === madeHere || !range.startsWith(`${minor}.`)) return runtime;
  throw failure(
    'E_BUILD_PLAN',
    `${from} asks for Ruby ${range} and no other, and the one to be had here is ${madeHere}`,
    { hint: `write ruby "~> ${minor}.0" in the Gemfile, run bundle lock, commit both and push again` },
  );
}

/** What Bundler itself insists on: `ruby "3.3.1"`, `ruby "~> 3.3"`, `ruby ">= 3.1", "< 4"`, `ruby file: ".ruby-version"`. */
function ofGemfile(source: SourceView): VersionWish | undefined {
  const line = rubyLine(source);
  if (/\bengine(:|\s*=>)\s*['"](?!ruby['"])/.test(line))
    throw failure('E_BUILD_PLAN', "Gemfile asks for another engine than Ruby's own, and only that is known", {
      hint: 'take engine: out of the line of ruby, or commit a Dockerfile',
    });
  const file = fileIn(line);
  if (file !== undefined)
    return file === '.tool-versions' ? toolVersion(source, ['ruby']) : versionFile(source, file);
  // Words that are no version are names of variables; what has a name tells more than the version.
  const plain = line.replace(/,\s*:?\w+(:|\s*=>).*$/, '');
  const words = [...plain.matchAll(/['"]([~<>=\s]*\d[^'"]*)['"]/g)].flatMap(([, word]) => word ?? []);
  const text = words.join(', ');
  return text === '' ? undefined : { range: words.map(pessimisticRange).join(' '), text, from: 'Gemfile' };
}

/** What the Gemfile says of Ruby itself; empty: nothing. */
function rubyLine(source: SourceView): string {
  return /^\s*ruby\b(?!\s*=)([^\n#]+)/m.exec(source.text('Gemfile') ?? '')?.[1] ?? '';
}

function fileIn(line: string): string | undefined {
  return /\b(?:file:|File\.read\(?)\s*['"]([\w./-]+)['"]/.exec(line)?.[1];
}

/** Files of the source that tell the version, which Bundler may read as well. */
export function versionFiles(source: SourceView): readonly string[] {
  const named = fileIn(rubyLine(source)) ?? '.ruby-version';
  return [...new Set([named, '.ruby-version', '.tool-versions'])].filter((path) => source.has(path));
}

function ofLock({ ruby }: Gems): VersionWish | undefined {
  const text = ruby?.replace(/p\d+$/, '');
  return text === undefined ? undefined : { range: text, text, from: 'Gemfile.lock' };
}
