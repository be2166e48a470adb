import { parse as parseJsonc, printParseErrorCode, type ParseError } from 'jsonc-parser';
import { parse as parseToml, TomlError } from 'smol-toml';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { messageOf } from '../../base/failure.ts';
import { failure } from '../../model/failures.ts';
import type { SourceView } from './source-view.ts';
import { parseXml } from './xml.ts';

/** The content of a manifest: whatever it says, to be looked at with care. */
export type Manifest = Readonly<Record<string, unknown>>;

/** A JSON file of the source, undefined where it is not there. Throws E_BUILD_PLAN with the place of the mistake. */
export function readJson(source: SourceView, path: string): Manifest | undefined {
  return read(source, path, JSON.parse);
}

/** The same with comments and closing commas, as deno.jsonc and tsconfig.json have. */
export function readJsonc(source: SourceView, path: string): Manifest | undefined {
  return read(source, path, (text) => {
    const errors: ParseError[] = [];
    const value: unknown = parseJsonc(text, errors, { allowTrailingComma: true });
    if (errors[0]) throw new SyntaxError(`${printParseErrorCode(errors[0].error)} at ${errors[0].offset}`);
    return value;
  });
}

export function readToml(source: SourceView, path: string): Manifest | undefined {
  return read(source, path, parseToml);
}

export function readYaml(source: SourceView, path: string): Manifest | undefined {
  return read(source, path, (text) => parseYaml(text, { maxAliasCount: 100 }) as unknown);
}

/** As `parseXml` tells it. */
export function readXml(source: SourceView, path: string): Manifest | undefined {
  return read(source, path, parseXml);
}

function read(source: SourceView, path: string, parse: (text: string) => unknown): Manifest | undefined {
  const text = source.text(path);
  if (text === undefined) return undefined;
  const value = parsed(text, path, parse);
  if (isRecord(value)) return value;
  throw failure('E_BUILD_PLAN', `${path} is not an object with keys at its top`, {
    hint: `mend ${path}, commit it and push again`,
  });
}

function parsed(text: string, path: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(text);
  } catch (error) {
    const isTheirs =
      error instanceof SyntaxError || error instanceof TomlError || error instanceof YAMLParseError;
    if (!isTheirs) throw error;
    throw failure('E_BUILD_PLAN', `${path} cannot be read: ${messageOf(error).split('\n')[0] ?? ''}`, {
      hint: `mend ${path}, commit it and push again`,
      cause: error,
    });
  }
}

export function isRecord(value: unknown): value is Manifest {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The record at a path of keys, an empty one where it is not there. */
export function recordAt(manifest: Manifest | undefined, ...keys: readonly string[]): Manifest {
  const value = valueAt(manifest, ...keys);
  return isRecord(value) ? value : {};
}

/** The text at a path of keys, undefined where there is none. */
export function textAt(manifest: Manifest | undefined, ...keys: readonly string[]): string | undefined {
  const value = valueAt(manifest, ...keys);
  return typeof value === 'string' ? value : undefined;
}

/** The texts of a list at a path of keys. */
export function textsAt(manifest: Manifest | undefined, ...keys: readonly string[]): readonly string[] {
  const value = valueAt(manifest, ...keys);
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** The records at a path of keys, where there may be none, one or a list of them, as in XML. */
export function recordsAt(manifest: Manifest | undefined, ...keys: readonly string[]): readonly Manifest[] {
  const value = valueAt(manifest, ...keys);
  return (Array.isArray(value) ? value : [value]).filter(isRecord);
}

function valueAt(manifest: Manifest | undefined, ...keys: readonly string[]): unknown {
  let value: unknown = manifest;
  for (const key of keys) value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}
