import { z } from 'zod';
import { counted } from '../../model/counted.ts';
import { formatAge } from '../../model/duration.ts';
import { mirrorProblem, prefixProblem, sourceProblem } from '../../model/image-settings.ts';
import type { Line } from '../../model/line.ts';
import { checked, flag, optionalWord, rest } from '../field.ts';
import { operation } from '../operation.ts';
import { imageProblem } from './git.ts';
import { columns, detail, listing, step } from '../print.ts';
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
  id: z.string().nullable(),
  bytes: z.number().nullable(),
  from: z.enum(['packages', 'registry']).nullable(),
  createdAt: z.iso.datetime().nullable(),
  /** Made here, by another recipe than that of now: images:update makes it anew. */
  recipeChanged: z.boolean(),
  /** The apps whose current release was built from it. */
  usedBy: z.array(z.string()).readonly(),
});

export type ImageItem = z.infer<typeof imageItem>;

const appToRebuild = z.object({
  app: z.string(),
  /** The images that its current release was built from, and whose names mean newer ones now. */
  bases: z.array(z.string()).readonly(),
  /** Null: it was not tried. */
  rebuilt: z.boolean().nullable(),
  /** Why not. */
  reason: z.string().nullable(),
});

export type AppToRebuild = z.infer<typeof appToRebuild>;

const updates = z.object({
  images: z
    .array(
      z.object({
        name: z.string(),
        id: z.string(),
        outcome: z.enum(['updated', 'current', 'skipped', 'failed']),
        reason: z.string().nullable(),
      }),
    )
    .readonly(),
  apps: z.array(appToRebuild).readonly(),
  /** Apps of which it is not known what they were built from. */
  unknown: z.array(z.string()).readonly(),
});

type Updates = z.infer<typeof updates>;

export const images = {
  'images:list': operation({
    summary: 'List the base images that can be made on this server, and those that apps were built from',
    examples: ['images:list', 'images:list --format json'],
    right: 'server:read',
    mutates: false,
    input: {},
    output: z.array(imageItem).readonly(),
    listing: 'list',
    aliases: ['images'],
    show: (items, { now }) => listing(items.map((item) => imageRow(item, now))),
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
  'images:update': operation({
    summary: 'Bring base images up to date, and tell which apps would gain from a rebuild',
    description:
      'Of all that are here, or of the named ones. One from packages is made anew where something in it has a newer version, or its recipe has changed; one from a registry is pulled again. With --rebuild the apps that run on an older one are built again, one after the other. Exit status 1 when something failed.',
    examples: ['images:update', 'images:update --rebuild', 'images:update node:22-slim'],
    right: 'server:admin',
    mutates: true,
    lasts: true,
    input: {
      names: rest(checked(imageProblem), {
        help: 'which ones; all without it',
        placeholder: 'NAME',
        completes: 'image',
        least: 0,
      }),
      rebuild: flag({ help: 'build the apps again that run on an older image' }),
    },
    output: updates,
    listing: 'list',
    exit: ({ images, apps }) =>
      images.some(({ outcome }) => outcome === 'failed') || apps.some(({ rebuilt }) => rebuilt === false)
        ? 1
        : 0,
    show: showUpdates,
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

function imageRow(item: ImageItem, now: number): readonly string[] {
  const size = item.bytes === null ? '-' : `${Math.round(item.bytes / 1e6)} MB`;
  return [
    item.name,
    whereItIs(item),
    size,
    item.createdAt === null ? '-' : formatAge(now - Date.parse(item.createdAt)),
    item.usedBy.length === 0 ? '-' : `used by ${item.usedBy.join(', ')}`,
  ];
}

function whereItIs({ present, from, recipeChanged }: ImageItem): string {
  if (!present) return 'not here';
  return `here, from ${from ?? 'elsewhere'}${recipeChanged ? ', by an older recipe' : ''}`;
}

function showUpdates({ images, apps, unknown }: Updates): readonly Line[] {
  const count = (wanted: string) => images.filter(({ outcome }) => outcome === wanted).length;
  const rows = apps.map((app) => [app.app, app.bases.join(', '), resultOf(app)]);
  return [
    step(`${counted(images.length, 'image')}: ${count('updated')} updated, ${count('failed')} failed`),
    step(apps.length === 0 ? 'No app is known to run on an older image' : 'Apps on an older image'),
    ...columns(rows).map(detail),
    ...(unknown.length === 0 ? [] : [detail(`Built before it was kept from what: ${unknown.join(', ')}`)]),
  ];
}

function resultOf({ app, rebuilt, reason }: AppToRebuild): string {
  if (rebuilt === null) return reason ?? `slipway ps:rebuild ${app}`;
  return rebuilt ? 'rebuilt' : `failed: ${reason ?? ''}`;
}
