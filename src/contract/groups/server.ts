import { z } from 'zod';
import { app } from '../field.ts';
import { operation } from '../operation.ts';
import { detail, out, step } from '../print.ts';
import { report, showReport } from '../report.ts';

export const server = {
  version: operation({
    summary: 'Print the version of Slipway',
    examples: ['version'],
    right: 'anyone',
    mutates: false,
    input: {},
    output: z.object({ version: z.string() }),
    show: ({ version }) => [out(`slipway version ${version}`)],
  }),
  url: operation({
    summary: 'Print the first address of an app',
    examples: ['url shop'],
    right: 'app:read',
    mutates: false,
    input: { app: app() },
    output: z.object({ url: z.string().nullable() }),
    exit: ({ url }) => (url === null ? 1 : 0),
    show: ({ url }) => (url === null ? [] : [out(url)]),
  }),
  urls: operation({
    summary: 'Print all addresses of an app',
    examples: ['urls shop', 'urls shop --format json'],
    right: 'app:read',
    mutates: false,
    input: { app: app() },
    output: z.array(z.string()).readonly(),
    listing: 'list',
    show: (urls) => urls.map(out),
  }),
  report: operation({
    summary: 'Report on the server: versions, addresses, what runs',
    examples: ['report', 'report --format json'],
    right: 'server:read',
    mutates: false,
    input: {},
    output: report,
    listing: 'report',
    show: showReport,
  }),
  'server:recover': operation({
    summary: 'Go on from the newest copy of the store where its file is damaged or gone',
    description:
      'The store is copied each day and before each upgrade of its form; seven copies are kept in ROOT/store/backups. The damaged file is set aside and kept; the newest copy that passes a full check takes its place. Whatever runs goes on: an app or release that is newer than the copy is noted with its name, config, scale, domains and numbers, and left alone until it is pushed again; an app of the copy that does not run stays stopped. Refused while the store is whole.',
    examples: ['server:recover', 'server:recover --force'],
    right: 'root',
    mutates: true,
    input: {},
    output: z.object({
      copy: z.string().nullable(),
      takenAt: z.string().nullable(),
      setAside: z.string(),
      notes: z.array(z.string()).readonly(),
    }),
    confirm: () => ({
      warning:
        'What was set or deployed after the newest copy of the store is forgotten, also who was given access to an app or has lost it.',
      expect: 'recover',
    }),
    show: ({ copy, takenAt, setAside, notes }) => [
      step(copy === null ? 'No copy could be used: the store is empty' : `The store is that of ${takenAt}`),
      ...(copy === null ? [] : [detail(copy)]),
      step('Kept beside it: the files from before'),
      detail(setAside),
      ...(notes.length > 0 ? [step('What the store did not know')] : []),
      ...notes.map(detail),
    ],
  }),
};
