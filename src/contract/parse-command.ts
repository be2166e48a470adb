import type { Failure } from '../base/failure.ts';
import { failure } from '../model/failures.ts';
import { type HelpTopic, findTopic } from './help-topic.ts';
import { nearest } from './nearest.ts';
import { commandNames, findOperation, type OperationName, rowOf } from './operations.ts';
import type { Format } from './present.ts';
import { readWords } from './read-words.ts';
import { type FlagSpec, scanFlags, shown } from './scan-flags.ts';
import { flagName, isFlag, usageOf } from './usage.ts';

/** What a command line asks for. */
export type Command =
  | RunCommand
  | { readonly kind: 'help'; readonly topic: HelpTopic }
  /** `__complete WORD...`: the words after `slipway` up to the cursor, the last one unfinished. */
  | { readonly kind: 'complete'; readonly words: readonly string[] }
  | { readonly kind: 'completion'; readonly shell: Shell };

export interface RunCommand {
  readonly kind: 'run';
  readonly name: OperationName;
  /** For `checkInput`, without the text that is piped in. */
  readonly input: Readonly<Record<string, unknown>>;
  /** The field that takes the text that is piped in, or null. */
  readonly stdinField: string | null;
  readonly format: Format;
  readonly quiet: boolean;
  readonly trace: boolean;
  /** Asks nothing. */
  readonly force: boolean;
  /** Queues it and does not wait for it. */
  readonly detach: boolean;
  /** The one row of a report that is wanted, `deploy-branch`; null: all. */
  readonly info: string | null;
}

export type Shell = 'bash' | 'zsh';

/** The words of the grammar's flags that any command takes. */
interface Globals {
  quiet: boolean;
  trace: boolean;
  force: boolean;
  detach: boolean;
  help: boolean;
  global: boolean;
  app: string | null;
  format: Format;
  info: string | null;
}

const anyUsage =
  'slipway [--quiet] [--force] [--detach] [--app APP] COMMAND [WORD...]; slipway help lists the commands';

/**
 * What the words after `slipway` mean (GRAMMAR.md section 0). Throws E_COMMAND_UNKNOWN with the nearest names, and
 * E_INPUT, whose hint is the usage line, for unknown flags and for missing or superfluous words.
 */
export function parseCommand(words: readonly string[]): Command {
  if (words[0] === '__complete') return { kind: 'complete', words: words.slice(1) };
  if (words[0] === '--version') return parseCommand(['version']);
  const globals = noGlobals();
  const [first, ...rest] = scanFlags(words, { flags: globalFlags(globals), leading: true, usage: anyUsage });
  if (first === undefined) return { kind: 'help', topic: { about: 'overview' } };
  const builtIn = ownCommand(first, rest);
  if (builtIn !== undefined) return builtIn;
  const name = findOperation(first);
  if (name !== undefined) return parseOperation(name, rest, globals);
  const topic = findTopic(first);
  if (topic !== undefined) return { kind: 'help', topic };
  throw unknownCommand(first);
}

/** The commands that are no operations: they tell of the table and do nothing. */
function ownCommand(first: string, rest: readonly string[]): Command | undefined {
  if (first === 'help') return { kind: 'help', topic: helpTopic(rest) };
  if (first.endsWith(':help')) return { kind: 'help', topic: topicOf(first.slice(0, -':help'.length)) };
  if (first === 'completion') return { kind: 'completion', shell: shellOf(rest) };
  return undefined;
}

function helpTopic(words: readonly string[]): HelpTopic {
  const [word] = words;
  if (word === undefined) return { about: 'overview' };
  return word === '--all' ? { about: 'all' } : topicOf(word);
}

function topicOf(word: string): HelpTopic {
  const topic = findTopic(word);
  if (topic === undefined) throw unknownCommand(word);
  return topic;
}

function shellOf([shell, ...more]: readonly string[]): Shell {
  if ((shell === 'bash' || shell === 'zsh') && more.length === 0) return shell;
  throw failure('E_INPUT', 'completion needs the name of a shell: bash or zsh', {
    hint: 'slipway completion bash',
  });
}

function unknownCommand(word: string): Failure {
  const near = nearest(word, commandNames);
  const message = `${shown(word)} is not a slipway command`;
  return failure(
    'E_COMMAND_UNKNOWN',
    message,
    near.length === 0 ? {} : { hint: `did you mean ${near.join(' or ')}?` },
  );
}

function parseOperation(name: OperationName, words: readonly string[], globals: Globals): Command {
  const row = rowOf(name);
  const input: Record<string, unknown> = {};
  const usage = usageOf(name);
  const plain = scanFlags(words, {
    flags: new Map([...globalFlags(globals), ...formatFlag(name, globals), ...rowFlags(name, input)]),
    plainDashes: Object.values(row.input).some((field) => field.takesDashes),
    otherFlag: (flag) => row.listing === 'report' && setInfo(globals, flag, usage),
    usage,
  });
  if (globals.help) return { kind: 'help', topic: { about: 'command', name } };
  if (globals.global && 'global' in row.input) input['global'] = true;
  readWords(name, plain, { into: input, app: globals.app, global: globals.global });
  const { quiet, trace, force, detach, format, info } = globals;
  const stdinField = Object.keys(row.input).find((key) => row.input[key]?.place === 'stdin') ?? null;
  return { kind: 'run', name, input, stdinField, format, quiet, trace, force, detach, info };
}

function noGlobals(): Globals {
  return {
    quiet: false,
    trace: false,
    force: false,
    detach: false,
    help: false,
    global: false,
    app: null,
    format: 'text',
    info: null,
  };
}

function globalFlags(globals: Globals): ReadonlyMap<string, FlagSpec> {
  const on = (key: 'quiet' | 'trace' | 'force' | 'detach' | 'help' | 'global'): FlagSpec => ({
    takesValue: false,
    set: () => {
      globals[key] = true;
    },
  });
  const app: FlagSpec = {
    takesValue: true,
    set: (value) => {
      globals.app = value;
    },
  };
  return new Map([
    ['--quiet', on('quiet')],
    ['--trace', on('trace')],
    ['--force', on('force')],
    ['--detach', on('detach')],
    ['--global', on('global')],
    ['--help', on('help')],
    ['-h', on('help')],
    ['--app', app],
  ]);
}

function formatFlag(name: OperationName, globals: Globals): readonly (readonly [string, FlagSpec])[] {
  if (rowOf(name).listing === undefined) return [];
  const set = (value: string) => {
    if (value !== 'json' && value !== 'text' && value !== 'stdout') {
      throw failure('E_INPUT', '--format is text or json', { hint: usageOf(name) });
    }
    globals.format = value === 'json' ? 'json' : 'text';
  };
  return [['--format', { takesValue: true, set }]];
}

/** The options and flags of a row, which write into its input. */
function rowFlags(
  name: OperationName,
  input: Record<string, unknown>,
): readonly (readonly [string, FlagSpec])[] {
  return Object.entries(rowOf(name).input)
    .filter(([, field]) => isFlag(field))
    .flatMap(([key, field]) => {
      const takesValue = field.place === 'option';
      const set = (value: string) => {
        input[key] = takesValue ? value : true;
      };
      const names = field.short === undefined ? [flagName(key)] : [flagName(key), `-${field.short}`];
      return names.map((written) => [written, { takesValue, set }] as const);
    });
}

/** The flag of a report that asks for one of its rows. */
function setInfo(globals: Globals, flag: string, usage: string): boolean {
  if (globals.info !== null)
    throw failure('E_INPUT', 'A report takes one flag for one of its rows', { hint: usage });
  if (!/^[a-z][a-z0-9-]*$/.test(flag)) return false;
  globals.info = flag;
  return true;
}
