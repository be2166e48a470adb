import { z } from 'zod';
import { app } from '../field.ts';
import { operation } from '../operation.ts';
import { out } from '../print.ts';
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
};
