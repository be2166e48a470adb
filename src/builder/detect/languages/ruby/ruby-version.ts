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
  offers: ['2.7', '3.0', '3.1', '3.2', '3.3', '3.4', '4.0'].map((version) => ({
    version,
    image: `ruby:${version}-slim-bookworm`,
  })),
  setting: 'ruby in the Gemfile, or the file .ruby-version',
};

/** Throws E_BUILD_PLAN. */
export function chooseRuby({ source, wishes, registry }: PlanContext, gems: Gems): ChosenVersion {
  const wish =
    wishedVersion(wishes) ??
    ofGemfile(source) ??
    versionFile(source, '.ruby-version') ??
    ofLock(gems) ??
    toolVersion(source, ['ruby']);
  return chooseVersion(runtime, wish, registry);
}

/** `ruby "3.3.1"`, `ruby "~> 3.3"`, `ruby ">= 3.1", "< 4"`, `ruby file: ".ruby-version"`. */
function ofGemfile(source: SourceView): VersionWish | undefined {
  const line = /^\s*ruby\s*\(?\s*([^\n#]+)/m.exec(source.text('Gemfile') ?? '')?.[1];
  if (line === undefined) return undefined;
  const file = /\bfile:\s*['"]([\w./-]+)['"]/.exec(line)?.[1];
  if (file !== undefined)
    return file === '.tool-versions' ? toolVersion(source, ['ruby']) : versionFile(source, file);
  // Further words say which other Ruby than the usual one.
  const words = [...line.replace(/,\s*\w+:.*$/, '').matchAll(/['"]([^'"]+)['"]/g)].flatMap(
    ([, word]) => word ?? [],
  );
  const text = words.join(', ');
  return text === '' ? undefined : { range: words.map(pessimisticRange).join(' '), text, from: 'Gemfile' };
}

function ofLock({ ruby }: Gems): VersionWish | undefined {
  const text = ruby?.replace(/p\d+$/, '');
  return text === undefined ? undefined : { range: text, text, from: 'Gemfile.lock' };
}
