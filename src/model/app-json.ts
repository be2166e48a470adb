import { parse, printParseErrorCode, type ParseError, visit } from 'jsonc-parser';
import type { z } from 'zod';
import { appJsonSchema, type AppJson, type Healthcheck } from './app-json-schema.ts';
import { defaultCheck, type Check, type Probe } from './check.ts';
import { problemsFailure } from './problems.ts';

export type { AppJson, Healthcheck } from './app-json-schema.ts';

/** What an app without app.json declares. */
export const emptyAppJson: AppJson = appJsonSchema.parse({});

/**
 * Reads app.json; comments and closing commas are allowed. Throws E_APP_JSON with all that is wrong or unknown, each
 * with its path: `healthchecks.web[0].timeout: ...`.
 */
export function parseAppJson(text: string): AppJson {
  const bare = text.replace(/^\uFEFF/, '');
  const errors: ParseError[] = [];
  const value: unknown = parse(bare, errors, { allowTrailingComma: true });
  // The first one only: those behind it mostly come from it.
  if (errors[0]) throw problemsFailure('E_APP_JSON', 'app.json', [syntaxProblem(bare, errors[0])]);
  refusePrototypes(bare);
  const result = appJsonSchema.safeParse(value);
  if (!result.success)
    throw problemsFailure('E_APP_JSON', 'app.json', result.error.issues.flatMap(issueProblems));
  return result.data;
}

/** The parser would set the prototype of an object with it, and nobody would be told that the key is not used. */
function refusePrototypes(text: string): void {
  const places: string[] = [];
  visit(text, {
    onObjectProperty: (name, offset) => {
      if (name === '__proto__') places.push(`${placeOf(text, offset)}: no key can be called __proto__`);
    },
  });
  if (places.length > 0) throw problemsFailure('E_APP_JSON', 'app.json', places);
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

function syntaxProblem(text: string, error: ParseError): string {
  const what = printParseErrorCode(error.error).replaceAll(
    /(?<=[a-z])[A-Z]/g,
    (letter) => ` ${letter.toLowerCase()}`,
  );
  return `${placeOf(text, error.offset)}: ${what}`;
}

function issueProblems(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${pathText([...issue.path, key])}: unknown key`);
  if (issue.code === 'invalid_key')
    return [`${pathText(issue.path)}: ${issue.issues[0]?.message ?? issue.message}`];
  return [`${pathText(issue.path)}: ${issue.message.replace(/^Invalid input: /, '')}`];
}

/** `healthchecks.web[0].path` */
function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text === '' ? 'the whole file' : text.replace(/^\./, '');
}

const second = 1000;

/** The check of a process type before it gets traffic: the startup healthcheck of app.json, else the default one. */
export function startupCheck(type: string, appJson: AppJson): Check {
  const checks = Object.hasOwn(appJson.healthchecks, type) ? appJson.healthchecks[type] : undefined;
  const startup = checks?.find((check) => check.type === 'startup');
  return startup ? checkOf(startup) : defaultCheck(type);
}

function checkOf(declared: Healthcheck): Check {
  const probe = probeOf(declared);
  const tries = declared.attempts * (declared.timeout + declared.wait);
  // To stay up so long takes so long: the window must not close before.
  const least = (declared.uptime ?? 0) + declared.timeout;
  return {
    probe,
    initialDelay: declared.initialDelay * second,
    timeout: declared.timeout * second,
    window: (declared.initialDelay + Math.max(tries, least)) * second,
    warnOnly: declared.warn,
  };
}

function probeOf(declared: Healthcheck): Probe {
  const port = declared.port ?? null;
  if (declared.command !== undefined) return { kind: 'command', argv: declared.command };
  if (declared.uptime !== undefined) return { kind: 'uptime', milliseconds: declared.uptime * second };
  if (declared.path === undefined) return { kind: 'listening', port };
  const headers = Object.fromEntries(declared.httpHeaders.map(({ name, value }) => [name, value]));
  return { kind: 'http', path: declared.path, port, headers, below: 400, content: declared.content ?? null };
}
