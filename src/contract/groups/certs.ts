import { z } from 'zod';
import { normalizeDomain } from '../../model/domain.ts';
import { app, optionalWord, readBy, word } from '../field.ts';
import { operation } from '../operation.ts';
import { detail, out, step, warning } from '../print.ts';
import { reporter } from '../report.ts';

/** The certificate that an app has now, and whether it is another one than before. */
const kept = z.object({
  names: z.array(z.string()).readonly(),
  issuer: z.string(),
  expires: z.iso.datetime(),
  /** Domains of the app that it is not for. */
  uncovered: z.array(z.string()).readonly(),
  warnings: z.array(z.string()).readonly(),
  changed: z.boolean(),
});

type Kept = z.infer<typeof kept>;

function showKept(app: string, { names, issuer, expires, uncovered, warnings, changed }: Kept) {
  return [
    step(changed ? `${app} has a certificate of its own now` : `${app} has this certificate already`),
    detail(`for ${names.join(', ')}`),
    detail(`by ${issuer}, until ${expires.slice(0, 10)}`),
    ...warnings.map(warning),
    ...(uncovered.length > 0 ? [warning(`It is not for ${uncovered.join(', ')} of the app`)] : []),
  ];
}

/** The row of `certs:add` and its other name, which does the same. */
function giver(name: string, summary: string) {
  return operation({
    summary,
    description: `${name} APP CRT KEY: files of the machine where the command is typed, as PEM; CRT has those that lead to its authority too. Without them both come on standard input, one after the other, or as a tar of files. It is served in place of the automatic one, for those domains of the app that it names, without a restart. One that was given before is replaced.`,
    examples: [`${name} shop < shop.pem`, `${name} shop < certs.tar`],
    right: 'app:config',
    mutates: true,
    stdin: true,
    input: { app: app() },
    output: kept,
    subject: () => '',
    show: (output, { input }) => showKept(input.app, output),
  });
}

const parts = ['crt', 'key', 'both'] as const;

export const certs = {
  'certs:add': giver('certs:add', 'Give an app a certificate of its own'),
  'certs:update': giver('certs:update', 'Replace the certificate that an app was given'),
  'certs:remove': operation({
    summary: 'Take away the certificate that an app was given; the automatic one takes its place',
    examples: ['certs:remove shop'],
    right: 'app:config',
    mutates: true,
    input: { app: app() },
    output: z.object({ changed: z.boolean() }),
    show: ({ changed }, { input }) =>
      changed ? [step(`Removed the certificate of ${input.app}`)] : [detail('It had none of its own')],
  }),
  'certs:show': operation({
    summary: 'Print the certificate that an app was given, or its private key',
    examples: ['certs:show shop', 'certs:show shop key', 'certs:show shop both'],
    right: 'app:config',
    mutates: false,
    input: {
      app: app(),
      part: optionalWord(z.enum(parts, { error: `The part is one of: ${parts.join(', ')}` }), {
        help: 'crt (the default), key or both',
        placeholder: 'PART',
        choices: parts,
      }),
    },
    output: z.object({ pem: z.string() }),
    show: ({ pem }) => pem.trimEnd().split('\n').map(out),
  }),
  'certs:generate': operation({
    summary: 'Make an app a self-signed certificate, and print a request to have it signed',
    description:
      'For trying things out, or to have the request signed: certs:add with the answer and the key of certs:show APP key. Browsers warn of a self-signed one.',
    examples: ['certs:generate shop shop.example.com'],
    right: 'app:config',
    mutates: true,
    input: {
      app: app(),
      domain: word(readBy(normalizeDomain), {
        help: 'the host name that it is for',
        placeholder: 'DOMAIN',
      }),
    },
    output: kept.extend({ request: z.string() }),
    show: ({ request, ...output }, { input }) => [
      ...showKept(input.app, output),
      ...request.trimEnd().split('\n').map(out),
    ],
  }),
  'certs:report': reporter({
    summary: 'Report on the certificates of one app, or of all',
    examples: ['certs:report shop', 'certs:report shop --ssl-expires-at', 'certs:report --format json'],
    aliases: ['certs'],
  }),
};
