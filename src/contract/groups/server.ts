import { z } from 'zod';
import { app, optionalApp } from '../field.ts';
import { operation } from '../operation.ts';
import { out, step } from '../print.ts';
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
  cleanup: operation({
    summary: 'Remove the images, sources and outputs of deploys that nothing needs any more',
    description:
      'Only what Slipway made is looked at: the images beyond those of releases:set keep, and of apps that are gone; the sources before that of the current image; the outputs beyond the last 100. It is done after each deploy too; this also finds what was left behind.',
    examples: ['cleanup', 'cleanup shop'],
    right: 'server:admin',
    mutates: true,
    input: { app: optionalApp() },
    output: z.object({
      images: z.number().int(),
      /** Images and layers without a name. */
      untagged: z.number().int(),
      sources: z.number().int(),
      outputs: z.number().int(),
    }),
    show: ({ images, untagged, sources, outputs }) => [
      step(
        `Removed ${images} images, ${untagged} layers without a name, ${sources} sources, ${outputs} outputs`,
      ),
    ],
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
