import { failure } from '../model/failures.ts';
import type { Evidence } from './evidence.ts';

/** Of three letters at least: shorter words in capitals are hardly ever variables. */
const any = '["\'`$]*([A-Z][A-Z0-9_]{2,})["\'`]*';
/** With a `_`, where nothing else tells that a variable is meant: "missing API key". */
const sure = '["\'`$]*([A-Z][A-Z0-9]*_[A-Z0-9_]+)["\'`]*';
const variable = '(?:[Ee]nvironment|[Ee]nv|ENV|[Cc]onfig) (?:[Vv]ariable|[Vv]ar)s?';
const lacking = '(?:set|defined|provided|specified|present|configured|found|given)';
const isLacking = `(?:(?:must be|has to be|needs to be|is not|was not|not|isn't|wasn't) ${lacking}|(?:is|was) (?:missing|required|undefined|unset|empty))\\b`;

/** Django's setting that its settings read from a variable, most often one of the same name. */
const emptySetting = new RegExp(`\\bImproperlyConfigured: The ${sure} setting must not be empty`);

/** Errors that end a program for want of a variable; the group is its name. */
const thrown: readonly RegExp[] = [
  new RegExp(`\\bKeyError: ${sure}`),
  new RegExp(`\\bkey not found: ${sure}`),
  emptySetting,
  // django-environ.
  new RegExp(`\\bImproperlyConfigured: Set the ${any} ${variable}`),
];

/** How else programs say that an environment variable is missing; the group is its name. */
const said: readonly RegExp[] = [
  // Source lines in a trace, of Python, Ruby and Node; the last unless it has a value to fall back on.
  new RegExp(`\\b(?:os\\.environ\\[|ENV\\.fetch\\()${any}[\\])]`),
  /\bprocess\.env(?:\.|\[["'])([A-Z][A-Z0-9_]{2,})\b(?!["'\])]*\s*(?:\|\||\?\?))/,
  // "environment variable X not found", "Missing required environment variable: X".
  new RegExp(`\\b${variable}\\b:? ${any}`),
  new RegExp(`\\b(?:[Mm]issing|[Rr]equired)(?: [a-z]+){0,3}:? ${sure}`),
  // "The X environment variable is missing", "X must be set", "X is not defined".
  new RegExp(`(?:^|[\\s"'\`$])${any} ${variable} ${isLacking}`),
  new RegExp(`(?:^|[\\s"'\`$])${sure} ${isLacking}`),
  // Shells, with `set -u` and `${X:?}`.
  /\b([A-Z][A-Z0-9_]{2,}): (?:unbound variable|parameter (?:null or )?not set)/,
];

/** Names of a language's own things that are written like those of environment variables. */
const others = /^\s*(?:Uncaught )?(?:ReferenceError|NameError)\b/;

/** Names of environment variables that lines say are missing, in the order of the lines, each once. */
export function variablesNamed(lines: readonly string[]): string[] {
  return namedBy([...thrown, ...said], lines);
}

/** Those that an error names: a mere word of a variable, far from the end, may be no reason for it. */
export function variablesThrown(lines: readonly string[]): string[] {
  return namedBy(thrown, lines);
}

function namedBy(patterns: readonly RegExp[], lines: readonly string[]): string[] {
  const candidates = lines.filter((line) => !others.test(line));
  const found = candidates.flatMap((line) => patterns.map((pattern) => pattern.exec(line)?.[1]));
  return [...new Set(found.filter((one) => one !== undefined))];
}

/**
 * E_CONFIG_MISSING where the last lines, or an error before them, name variables that the process did not get. `what`:
 * how it went.
 */
export function missingVariable({ spec, lines, before }: Evidence, what: string): Error | undefined {
  const given = new Set([...Object.keys(spec.env), 'DYNO', ...(spec.port === null ? [] : ['PORT'])]);
  const notGiven = (names: readonly string[]) => names.filter((one) => !given.has(one));
  const last = notGiven(variablesNamed(lines));
  const all = last.length > 0 ? last : notGiven(variablesThrown(before));
  if (all.length === 0) return undefined;
  return failure(
    'E_CONFIG_MISSING',
    `${what}: its log names ${all.join(', ')}, which ${all.length > 1 ? 'are' : 'is'} not set`,
    {
      hint: `slipway config:set ${spec.app} ${all.map((one) => `${one}=...`).join(' ')}${orAnother([...before, ...lines])}`,
      detail: lines,
    },
  );
}

function orAnother(lines: readonly string[]): string {
  const isSetting = lines.some((line) => emptySetting.test(line));
  return isSetting ? ', or the variable that your settings read it from' : '';
}
