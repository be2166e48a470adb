import { own } from '../base/own.ts';
import { baseText } from './build-facts.ts';
import type { Config, Processes, ProcessSize, Release } from './release.ts';
import { formatBytes } from './size.ts';

/** One thing that two releases have differently. */
export interface ReleaseDifference {
  readonly part:
    | 'image'
    | 'builder'
    | 'language'
    | 'base'
    | 'revision'
    | 'config'
    | 'process'
    | 'formation'
    | 'limit'
    | 'domain'
    | 'stop-timeout'
    | 'restart-policy'
    | 'revision-variable';
  /** Which one of the part: a key, a process type, a domain; empty where there is only one. */
  readonly name: string;
  /** Null: it was not there. */
  readonly before: string | null;
  /** Null: it is there no more. */
  readonly after: string | null;
}

/** All that differs between two releases, in the order of `part` above. Holds the texts of config values: hide them. */
export function releaseDifferences(a: Release, b: Release): readonly ReleaseDifference[] {
  const one = (part: ReleaseDifference['part'], texts: (release: Release) => Texts) =>
    differences(texts(a), texts(b)).map((found) => ({ part, ...found }));
  return [
    ...one('image', ({ image }) => ({ '': image.digest ?? image.id })),
    ...one('builder', ({ build }) => (build ? { '': build.builder } : {})),
    ...one('language', ({ build }) => (build?.language ? { '': build.language } : {})),
    ...one('base', ({ build }) => baseTexts(build)),
    ...one('revision', ({ revision }) => (revision === null ? {} : { '': revision })),
    ...one('config', ({ config }) => configTexts(config)),
    ...one('process', ({ processes }) => processTexts(processes)),
    ...one('formation', ({ formation }) => mapTexts(formation, ({ count }) => String(count))),
    ...one('limit', ({ formation }) => mapTexts(formation, limitsText)),
    ...one('domain', ({ domains }) => Object.fromEntries(domains.map((domain) => [domain, domain]))),
    ...one('stop-timeout', ({ stopTimeout }) => ({ '': `${stopTimeout} s` })),
    ...one('restart-policy', ({ restartPolicy }) => ({ '': restartPolicy })),
    ...one('revision-variable', ({ revisionVariable }) => ({ '': revisionVariable })),
  ];
}

/** What differs between two configs, by key. */
export function configDifferences(a: Config, b: Config): readonly Omit<ReleaseDifference, 'part'>[] {
  return differences(configTexts(a), configTexts(b));
}

type Texts = Readonly<Record<string, string>>;

function differences(a: Texts, b: Texts): readonly Omit<ReleaseDifference, 'part'>[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return names
    .map((name) => ({ name, before: own(a, name) ?? null, after: own(b, name) ?? null }))
    .filter(({ before, after }) => before !== after);
}

function baseTexts(build: Release['build']): Texts {
  return Object.fromEntries((build?.bases ?? []).map((base) => [base.name, baseText(base)]));
}

function configTexts(config: Config): Texts {
  return mapTexts(config, (value) => value.reveal());
}

function processTexts(processes: Processes): Texts {
  return mapTexts(
    processes,
    ({ command, check, checks }) =>
      `${command ?? "the image's command"} (check: ${JSON.stringify(check)}${checks === 'enabled' ? '' : `, ${checks}`})`,
  );
}

function limitsText({ memory, cpus }: ProcessSize): string {
  return `memory ${memory === null ? 'unlimited' : formatBytes(memory)}, cpus ${cpus ?? 'unlimited'}`;
}

function mapTexts<T>(record: Readonly<Record<string, T>>, textOf: (value: T) => string): Texts {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, textOf(value)]));
}
