import { z } from 'zod';
import type { Right } from '../model/access.ts';
import { appOrGlobal, checked, type Field, optionalWord, text, word } from './field.ts';
import { type Operation, operation } from './operation.ts';
import { header } from './print.ts';

/** One thing that may be set. */
export interface Property {
  readonly help: string;
  /** Where it may be set; both for an app and globally without it. */
  readonly only?: 'app' | 'global';
  /** What is wrong with a value. */
  problem(value: string): string | undefined;
}

export type Properties = Readonly<Record<string, Property>>;

/** A type, not an interface: it must be a `Fields` without having every key. */
type ServerSetterInput = {
  readonly property: Field<string>;
  readonly value: Field<string | null>;
};

type SetterInput = ServerSetterInput & { readonly app: Field<string | null> };

const outcome = z.object({ property: z.string(), value: z.string().nullable() });

type Outcome = z.infer<typeof outcome>;

interface SetterOptions {
  readonly summary: string;
  readonly right: Right;
  readonly examples: readonly string[];
  readonly properties: Properties;
  readonly aliases?: readonly string[];
}

/** The row of `X:set APP|--global PROPERTY [VALUE]`: an absent or empty value clears. */
export function propertySetter(options: SetterOptions): Operation<SetterInput, Outcome> {
  const { properties } = options;
  return operation<SetterInput, Outcome>({
    ...setterOf(options),
    input: { app: appOrGlobal(), ...assignment(properties) },
    problem: ({ app, property, value }) =>
      placeProblem(app, property, properties[property]) ?? valueProblem(properties, { property, value }),
  });
}

/** The row of `X:set PROPERTY [VALUE]`, of what holds for the whole server and for no app alone. */
export function serverPropertySetter(options: SetterOptions): Operation<ServerSetterInput, Outcome> {
  return operation<ServerSetterInput, Outcome>({
    ...setterOf(options),
    input: assignment(options.properties),
    problem: (given) => valueProblem(options.properties, given),
  });
}

/** What is the same in the row of every setter. */
function setterOf({ summary, right, examples, properties, aliases = [] }: SetterOptions) {
  const names = Object.keys(properties);
  return {
    summary,
    description: names.map((name) => `${name}: ${properties[name]?.help ?? ''}`).join('\n'),
    examples,
    right,
    aliases,
    mutates: true,
    output: outcome,
    show: ({ property, value }: Outcome) => [
      header(value === null ? `Unsetting ${property}` : `Setting ${property} to ${value}`),
    ],
  };
}

function assignment(properties: Properties): ServerSetterInput {
  const names = Object.keys(properties);
  const unknown = `Invalid property specified, valid properties include: ${names.join(', ')}`;
  return {
    property: word(
      checked((name) => (names.includes(name) ? undefined : unknown)),
      { help: names.join(', '), placeholder: 'PROPERTY', choices: names },
    ),
    value: optionalWord<string | null>(
      text.transform((value) => (value === '' ? null : value)),
      { help: 'its value; without it the property is cleared', placeholder: 'VALUE' },
    ),
  };
}

function valueProblem(properties: Properties, { property, value }: Outcome): string | undefined {
  return value === null ? undefined : properties[property]?.problem(value);
}

function placeProblem(app: string | null, name: string, property: Property | undefined): string | undefined {
  if (property?.only === 'app' && app === null) return `${name} is set for an app, not with --global`;
  if (property?.only === 'global' && app !== null) return `${name} is set for all apps: with --global`;
  return undefined;
}

/** For a property that is on or off. */
export function switchProblem(name: string): (value: string) => string | undefined {
  return (value) => (value === 'true' || value === 'false' ? undefined : `${name} is true or false`);
}

/** For a property that is a whole number. */
export function numberProblem(
  name: string,
  { least, most }: { readonly least: number; readonly most: number },
): (value: string) => string | undefined {
  const isFine = (value: string) =>
    /^\d{1,10}$/.test(value) && Number(value) >= least && Number(value) <= most;
  return (value) => (isFine(value) ? undefined : `${name} must be a whole number from ${least} to ${most}`);
}

/** For a property that is a path within the source, which it names by an example. No way out of the source. */
export function pathProblem(
  name: string,
  what: { readonly kind: 'file' | 'folder'; readonly example: string },
): (value: string) => string | undefined {
  const isFine = (value: string) =>
    /^[A-Za-z0-9_.][A-Za-z0-9_./@+-]{0,254}$/.test(value) && !/(^|\/)\.\.?(\/|$)|\/$/.test(value);
  return (value) =>
    isFine(value)
      ? undefined
      : `${name} is the path of a ${what.kind} in the source, such as ${what.example}`;
}
