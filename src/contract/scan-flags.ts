import { failure } from '../model/failures.ts';

/** A flag that may stand on a command line. */
export interface FlagSpec {
  /** Takes a value: `--flag VALUE`, `--flag=VALUE`, `-f VALUE`, `-fVALUE`. */
  readonly takesValue: boolean;
  /** Called with the value, or with '' for a flag that takes none. */
  set(value: string): void;
}

export interface Scan {
  /** By the word as it is written: `--tail`, `-t`. */
  readonly flags: ReadonlyMap<string, FlagSpec>;
  /** Stops at the first word that is no flag. */
  readonly leading?: boolean;
  /** `--` is a word like any other. */
  readonly plainDashes?: boolean;
  /** What to do with a long flag without a value that is not in `flags`; false: it is wrong. */
  readonly otherFlag?: (name: string) => boolean;
  /** How the command is written, for the hint of a failure. */
  readonly usage: string;
}

/** Sets the flags among the words and gives the other words. `--` ends the flags. Throws E_INPUT for a wrong flag. */
export function scanFlags(words: readonly string[], scan: Scan): readonly string[] {
  const plain: string[] = [];
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? '';
    if (word === '--' && !scan.plainDashes) return [...plain, ...words.slice(at + 1)];
    if (isFlagWord(word)) {
      at += takeFlag(word, words[at + 1], scan);
    } else {
      if (scan.leading) return words.slice(at);
      plain.push(word);
      at += 1;
    }
  }
  return plain;
}

export function isFlagWord(word: string): boolean {
  return word.startsWith('-') && word !== '-' && word !== '--';
}

/** Gives how many words it took: 2 where the value is the next word. */
function takeFlag(word: string, next: string | undefined, scan: Scan): number {
  return word.startsWith('--') ? takeLong(word, next, scan) : takeShort(word, next, scan);
}

function takeLong(word: string, next: string | undefined, scan: Scan): number {
  const equals = word.indexOf('=');
  const name = equals === -1 ? word : word.slice(0, equals);
  const spec = scan.flags.get(name);
  if (spec === undefined) {
    if (equals === -1 && scan.otherFlag?.(name.slice(2))) return 1;
    throw unknownFlag(name, scan);
  }
  if (equals === -1) return takeValue({ name, spec }, next, scan);
  if (!spec.takesValue) throw failure('E_INPUT', `${name} takes no value`, { hint: scan.usage });
  spec.set(word.slice(equals + 1));
  return 1;
}

/** `-t`, `-n 5`, `-n5`, `-tn5` */
function takeShort(word: string, next: string | undefined, scan: Scan): number {
  for (let at = 1; at < word.length; at++) {
    const name = `-${word.charAt(at)}`;
    const spec = scan.flags.get(name);
    if (spec === undefined) throw unknownFlag(name, scan);
    const rest = word.slice(at + 1);
    if (!spec.takesValue) spec.set('');
    else if (rest === '') return takeValue({ name, spec }, next, scan);
    else {
      spec.set(rest.startsWith('=') ? rest.slice(1) : rest);
      return 1;
    }
  }
  return 1;
}

function takeValue(
  { name, spec }: { name: string; spec: FlagSpec },
  next: string | undefined,
  scan: Scan,
): number {
  if (spec.takesValue && next === undefined)
    throw failure('E_INPUT', `${name} needs a value`, { hint: scan.usage });
  spec.set(spec.takesValue ? (next ?? '') : '');
  return spec.takesValue ? 2 : 1;
}

function unknownFlag(name: string, scan: Scan) {
  return failure('E_INPUT', `Unknown flag: ${shown(name)}`, { hint: scan.usage });
}

/** A word of the user within a message: short, and in quotes when it has anything that a terminal could act on. */
export function shown(word: string): string {
  const short = word.length > 80 ? `${word.slice(0, 80)}...` : word;
  return /^[\x21-\x7e]+$/.test(short) ? short : JSON.stringify(short);
}
