import { z } from 'zod';
import { mirrorProblem, prefixProblem, sourceProblem } from '../../model/image-settings.ts';
import { checked, flag, optionalWord } from '../field.ts';
import { operation } from '../operation.ts';
import { listing, shortTime, step } from '../print.ts';
import { serverPropertySetter } from '../property.ts';
import { report, showReport } from '../report.ts';

function nameProblem(name: string): string | undefined {
  const fine = /^[a-z0-9][a-z0-9._/:-]{0,254}$/.test(name);
  return fine
    ? undefined
    : `${JSON.stringify(name.slice(0, 80))} is not the name of an image; slipway images:list shows them`;
}

const imageItem = z.object({
  name: z.string(),
  present: z.boolean(),
  bytes: z.number().nullable(),
  from: z.enum(['packages', 'registry']).nullable(),
  createdAt: z.iso.datetime().nullable(),
});

export type ImageItem = z.infer<typeof imageItem>;

export const images = {
  'images:list': operation({
    summary: 'List the base images that can be made on this server',
    examples: ['images:list', 'images:list --format json'],
    right: 'server:read',
    mutates: false,
    input: {},
    output: z.array(imageItem).readonly(),
    listing: 'list',
    aliases: ['images'],
    show: (items) => listing(items.map(imageRow)),
  }),
  'images:build': operation({
    summary: "Make base images from the distribution's packages",
    description:
      'For a server without a registry: a build that starts FROM the name takes the image made here.',
    examples: ['images:build node:22', 'images:build --all'],
    right: 'server:admin',
    mutates: true,
    input: {
      name: optionalWord(checked(nameProblem), {
        help: 'which one',
        placeholder: 'NAME',
        completes: 'image',
      }),
      all: flag({ help: 'all that images:list shows' }),
    },
    problem: ({ name, all }) => ((name === null) === all ? undefined : 'Give either NAME or --all'),
    output: z.object({ built: z.array(z.string()).readonly() }),
    show: ({ built }) => built.map((name) => step(`Built ${name}`)),
  }),
  'images:set': serverPropertySetter({
    summary: 'Set where base images come from',
    right: 'server:admin',
    examples: [
      'images:set mirror mirror.example.com:5000',
      'images:set prefix registry.example.com/base/',
      'images:set source packages',
      'images:set mirror',
    ],
    properties: {
      source: {
        help: 'auto (a registry first, then packages), registry or packages; without it what SLIPWAY_IMAGES says',
        problem: sourceProblem,
      },
      mirror: {
        help: 'HOST[:PORT][/PATH] of a registry that is asked in place of docker.io, for node:22-slim as HOST/library/node:22-slim',
        problem: mirrorProblem,
      },
      prefix: {
        help: 'HOST/[PATH/] that is put before names of docker.io, node:22-slim is asked for as HOST/PATH/node:22-slim; before the mirror',
        problem: prefixProblem,
      },
    },
  }),
  'images:report': operation({
    summary: 'Report on where base images come from',
    examples: ['images:report', 'images:report --images-mirror', 'images:report --format json'],
    right: 'server:read',
    mutates: false,
    input: {},
    output: report,
    listing: 'report',
    show: showReport,
  }),
};

function imageRow(item: ImageItem): readonly string[] {
  const size = item.bytes === null ? '-' : `${Math.round(item.bytes / 1e6)} MB`;
  return [
    item.name,
    item.present ? `here, from ${item.from ?? 'elsewhere'}` : 'not here',
    size,
    item.createdAt === null ? '-' : shortTime(item.createdAt),
  ];
}
