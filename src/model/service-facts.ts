import { formatBytes } from './size.ts';

/** What the program of a service says of itself, under these names; what it does not know is missing. */
export interface ServiceFacts {
  /** Bytes that its data has. */
  readonly size?: number;
  /** Clients that are connected, without the one that asks. */
  readonly connections?: number;
  readonly 'connections-max'?: number;
  /** Reads that were answered from memory, and all others, since its start. */
  readonly hits?: number;
  readonly misses?: number;
  /** Seconds that the longest statement runs that runs now. */
  readonly longest?: number;
}

const names = ['size', 'connections', 'connections-max', 'hits', 'misses', 'longest'] as const;

/** Of lines of `NAME<tab>NUMBER`, as each kind prints its facts; what is no number is left out. */
export function parseFacts(text: string): ServiceFacts {
  const found = text.split('\n').flatMap((line) => {
    const [word = '', value = ''] = line.trim().split('\t');
    const name = names.find((one) => one === word);
    return name !== undefined && /^\d+(\.\d+)?$/.test(value) ? [[name, Number(value)] as const] : [];
  });
  return Object.fromEntries(found);
}

/** As people read them: a label and its value. */
export function describeFacts(facts: ServiceFacts): readonly (readonly [string, string])[] {
  const { size, connections, longest } = facts;
  const max = facts['connections-max'];
  const rate = hitRate(facts);
  return [
    ...(size === undefined ? [] : [['Data size', formatBytes(size)] as const]),
    ...(connections === undefined
      ? []
      : [['Connections', max === undefined ? `${connections}` : `${connections} of ${max}`] as const]),
    ...(rate === null ? [] : [['Cache hit rate', `${rate} %`] as const]),
    ...(longest === undefined ? [] : [['Longest statement', `${longest} s`] as const]),
  ];
}

/** Percent with one decimal, never rounded up to 100; null before the first read. */
function hitRate({ hits = 0, misses = 0 }: ServiceFacts): number | null {
  return hits + misses === 0 ? null : Math.floor((hits / (hits + misses)) * 1000) / 10;
}
