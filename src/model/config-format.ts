import { z } from 'zod';
import { checkConfigKey, type ConfigPair, parsePair } from './config-key.ts';
import { exportLine, showLines, singleQuoted } from './config-text.ts';
import { envFileLines, parseEnvFile } from './env-file.ts';
import { failure } from './failures.ts';

type Values = Readonly<Record<string, string>>;

/** How `config:export` writes a config. */
const writers = {
  exports: (values: Values) => eachLine(values, exportLine).join('\n'),
  envfile: (values: Values) => envFileLines(values).join('\n'),
  json: (values: Values) => JSON.stringify(values),
  'json-list': (values: Values) =>
    JSON.stringify(Object.entries(values).map(([name, value]) => ({ name, value }))),
  shell: (values: Values) => eachLine(values, (key, value) => `${key}=${singleQuoted(value)}`).join(' '),
  'docker-args': (values: Values) =>
    eachLine(values, (key, value) => `--env=${key}=${singleQuoted(value)}`).join(' '),
  'docker-args-keys': (values: Values) => eachLine(values, (key) => `--env=${key}`).join(' '),
  'pack-keys': (values: Values) => eachLine(values, (key) => `--env ${key}`).join(' '),
  pretty: (values: Values) => showLines(values).join('\n'),
} as const;

export type ExportFormat = keyof typeof writers;

export const exportFormats = Object.keys(writers) as readonly ExportFormat[];

export const importFormats = ['envfile', 'json'] as const;
export type ImportFormat = (typeof importFormats)[number];

/** A config as a text, without the newline at its end. */
export function writeConfig(values: Values, format: ExportFormat): string {
  return writers[format](values);
}

/**
 * The pairs of a text. `envfile` reads what the formats exports and envfile write, `json` an object of texts. Throws
 * E_INPUT, in which no value stands.
 */
export function readConfig(text: string, format: ImportFormat): readonly ConfigPair[] {
  return format === 'json' ? readJson(text) : parseEnvFile(text);
}

const jsonValues = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

function readJson(text: string): readonly ConfigPair[] {
  const values = jsonValues.safeParse(parsed(text));
  if (!values.success)
    throw failure('E_INPUT', 'The config is not a JSON object of texts', { hint: '{"KEY": "VALUE"}' });
  return Object.entries(values.data).map(([key, value]) => parsePair(`${checkConfigKey(key)}=${value}`));
}

/** JSON.parse tells in its error what stands there, which may be a secret. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function eachLine(values: Values, line: (key: string, value: string) => string): readonly string[] {
  return Object.entries(values).map(([key, value]) => line(key, value));
}
