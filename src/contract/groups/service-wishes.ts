import { Secret } from '../../base/secret.ts';
import { configKeyProblem } from '../../model/config-key.ts';
import { failure } from '../../model/failures.ts';
import { serviceNameProblem } from '../../model/service.ts';
import type { KindName } from '../../model/service-kind.ts';
import { splitShellWords } from '../../model/shell-words.ts';
import { checked, type Field, option, readBy, word } from '../field.ts';
import { header } from '../print.ts';
import { readMemory } from '../read-memory.ts';
import { type Report, showReport } from '../report.ts';

/** The service that a command names: the first word of each. */
export function serviceName(kind: KindName): Field<string> {
  return word(checked(serviceNameProblem), { help: 'the service', placeholder: 'NAME', completes: kind });
}

/** `A=1;B=2` */
function readEnv(word: string): Readonly<Record<string, Secret>> {
  const pairs = word.split(';').filter((pair) => pair !== '');
  if (pairs.length === 0) throw failure('E_INPUT', 'Variables are written as "A=1;B=2"');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, key = '', value = ''] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
      const problem = configKeyProblem(key);
      if (problem !== undefined) throw failure('E_INPUT', problem, { hint: 'such as "A=1;B=2"' });
      return [key, new Secret(value)] as const;
    }),
  );
}

function readOptions(text: string): readonly string[] {
  const words = splitShellWords(text);
  if (words.length === 0) throw failure('E_INPUT', 'The words for its program are empty');
  return words;
}

function readPassword(word: string): Secret {
  if (!/^[\x21-\x7e]{8,128}$/.test(word))
    throw failure('E_INPUT', 'A password has 8 to 128 visible characters of ASCII, and no spaces');
  return new Secret(word);
}

function versionProblem(version: string): string | undefined {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(version)
    ? undefined
    : `${JSON.stringify(version.slice(0, 80))} is not a version of an image, such as 15 or 15-alpine`;
}

function imageProblem(image: string): string | undefined {
  return /^[a-z0-9][a-z0-9._:/-]{0,199}$/.test(image) && !image.includes('@')
    ? undefined
    : `${JSON.stringify(image.slice(0, 80))} is not the name of an image without its version, such as postgis/postgis`;
}

/** What `create` takes, and what a copy may have of its own. */
export const wishes = {
  image: option(checked(imageProblem), { help: 'another image', placeholder: 'IMAGE', short: 'i' }),
  imageVersion: option(checked(versionProblem), {
    help: 'another version of the image',
    placeholder: 'VERSION',
    short: 'I',
  }),
  memory: option(readBy(readMemory), {
    help: 'the most memory that it may use; a number alone is MB',
    placeholder: 'SIZE',
    short: 'm',
  }),
  shmSize: option(readBy(readMemory), {
    help: 'the size of its /dev/shm',
    placeholder: 'SIZE',
    short: 's',
  }),
  password: option(readBy(readPassword), {
    help: 'its password; a random one without this',
    placeholder: 'PASSWORD',
    short: 'p',
  }),
  customEnv: option(readBy(readEnv), {
    help: 'variables for its container',
    placeholder: '"A=1;B=2"',
    short: 'C',
  }),
  configOptions: option(readBy(readOptions), {
    help: 'words for its program',
    placeholder: 'OPTIONS',
    short: 'c',
  }),
};

/** A header, then what there is to know of it. */
export function showCreated<Input>(title: string, nameOf: (input: Input) => string) {
  return (output: Report, { input }: { readonly input: Input }) => [
    header(`${title} container created: ${nameOf(input)}`),
    ...showReport(output, { info: null }).slice(1),
  ];
}
