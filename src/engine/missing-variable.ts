import { failure } from '../model/failures.ts';
import type { Evidence } from './evidence.ts';

/** Of three letters at least: shorter words in capitals are hardly ever variables. */
const any = '["\'`$]*([A-Z][A-Z0-9_]{2,})["\'`]*';
/** With a `_`, where nothing else tells that a variable is meant: "missing API key". */
const sure = '["\'`$]*([A-Z][A-Z0-9]*_[A-Z0-9_]+)["\'`]*';
const variable = '(?:[Ee]nvironment|[Ee]nv|ENV|[Cc]onfig) (?:[Vv]ariable|[Vv]ar)s?';
const lacking = '(?:set|defined|provided|specified|present|configured|found|given)';
const isLacking = `(?:(?:must be|has to be|needs to be|is not|was not|not|isn't|wasn't) ${lacking}|(?:is|was) (?:missing|required|undefined|unset|empty))\\b`;

/** How programs say that an environment variable is missing; the group is its name. */
const patterns: readonly RegExp[] = [
  // Python, Ruby, and their source lines in a trace; Node's source line, unless it has a value to fall back on.
  new RegExp(`\\bKeyError: ${sure}`),
  new RegExp(`\\bkey not found: ${sure}`),
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
  const said = lines.filter((line) => !others.test(line));
  const found = said.flatMap((line) => patterns.map((pattern) => pattern.exec(line)?.[1]));
  return [...new Set(found.filter((one) => one !== undefined))];
}

/** E_CONFIG_MISSING where the last lines name variables that the process did not get. `what`: how it went. */
export function missingVariable({ spec, lines }: Evidence, what: string): Error | undefined {
  const given = new Set([...Object.keys(spec.env), 'DYNO', ...(spec.port === null ? [] : ['PORT'])]);
  const [first, ...more] = variablesNamed(lines).filter((one) => !given.has(one));
  if (first === undefined) return undefined;
  const all = [first, ...more];
  return failure(
    'E_CONFIG_MISSING',
    `${what}: its log names ${all.join(', ')}, which ${more.length > 0 ? 'are' : 'is'} not set`,
    {
      hint: `slipway config:set ${spec.app} ${all.map((one) => `${one}=...`).join(' ')}`,
      detail: lines,
    },
  );
}
