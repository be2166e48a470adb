import { z } from 'zod';
import type { Right } from '../model/access.ts';
import { app, checked, type Field, optionalWord, text, word } from './field.ts';
import { type Operation, operation } from './operation.ts';
import { header } from './print.ts';

/** What may be set: name -> what it does, and what is wrong with a value. */
export type Properties = Readonly<
  Record<string, { readonly help: string; problem(value: string): string | undefined }>
>;

/** A type, not an interface: it must be a `Fields` without having every key. */
type SetterInput = {
  readonly app: Field<string | null>;
  readonly property: Field<string>;
  readonly value: Field<string | null>;
};

const outcome = z.object({ property: z.string(), value: z.string().nullable() });

/** The row of `X:set APP PROPERTY [VALUE]`: an absent or empty value clears. `app` in place of a field that must name one. */
export function propertySetter(options: {
  readonly summary: string;
  readonly right: Right;
  readonly examples: readonly string[];
  readonly properties: Properties;
  readonly app?: Field<string | null>;
}): Operation<SetterInput, z.infer<typeof outcome>> {
  const names = Object.keys(options.properties);
  const unknown = `Invalid property specified, valid properties include: ${names.join(', ')}`;
  return operation<SetterInput, z.infer<typeof outcome>>({
    summary: options.summary,
    description: names.map((name) => `${name}: ${options.properties[name]?.help ?? ''}`).join('\n'),
    examples: options.examples,
    right: options.right,
    mutates: true,
    input: {
      app: options.app ?? app(),
      property: word(
        checked((name) => (names.includes(name) ? undefined : unknown)),
        {
          help: names.join(', '),
          placeholder: 'PROPERTY',
          choices: names,
        },
      ),
      value: optionalWord<string | null>(
        text.transform((value) => (value === '' ? null : value)),
        {
          help: 'its value; without it the property is cleared',
          placeholder: 'VALUE',
        },
      ),
    },
    output: outcome,
    problem: ({ property, value }) =>
      value === null ? undefined : options.properties[property]?.problem(value),
    show: ({ property, value }) => [
      header(value === null ? `Unsetting ${property}` : `Setting ${property} to ${value}`),
    ],
  });
}
