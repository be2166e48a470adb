import { z } from 'zod';
import { baseText } from '../../model/build-facts.ts';
import type { Line } from '../../model/line.ts';
import { app, flag, integer, optionalWord, word } from '../field.ts';
import { deployed, showDeployed } from '../deployed.ts';
import { operation } from '../operation.ts';
import { columns, detail, header, listing, shortTime } from '../print.ts';
import { numberProblem, propertySetter } from '../property.ts';
import { reporter } from '../report.ts';

export const time = z.iso.datetime();

const releaseItem = z.object({
  version: z.number().int(),
  current: z.boolean(),
  state: z.enum(['pending', 'passed', 'failed']),
  description: z.string(),
  by: z.string(),
  createdAt: time,
  revision: z.string().nullable(),
});

const buildFacts = z.object({
  builder: z.string(),
  bases: z.array(
    z.object({
      name: z.string(),
      id: z.string(),
      digest: z.string().nullable(),
      from: z.enum(['packages', 'registry']).nullable(),
    }),
  ),
  language: z.string().nullable(),
  plan: z.string().nullable(),
  watched: z.string().nullable(),
});

const releaseInfo = releaseItem.extend({
  app: z.string(),
  deploy: z.number().int(),
  image: z.object({ id: z.string(), digest: z.string().nullable() }),
  /** Null for a release from before it was kept. */
  build: buildFacts.nullable(),
  /** Process type -> its command (null: the image's own) and how many. */
  processes: z.record(z.string(), z.object({ command: z.string().nullable(), count: z.number().int() })),
  /** Names only: the values are in config:show. */
  configKeys: z.array(z.string()).readonly(),
  domains: z.array(z.string()).readonly(),
});

export type ReleaseItem = z.infer<typeof releaseItem>;
export type ReleaseInfo = z.infer<typeof releaseInfo>;

const openCounts = z.object({
  request: z.number().int(),
  stream: z.number().int(),
  websocket: z.number().int(),
});

/** What was open to the processes that a deploy replaced, and how many milliseconds each kind was given. */
const drained = z.object({
  milliseconds: z.number(),
  finished: openCounts,
  closed: openCounts,
  times: openCounts,
});

export const deployItem = z.object({
  id: z.number().int(),
  app: z.string(),
  kind: z.string(),
  subject: z.string(),
  actor: z.string(),
  state: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  release: z.number().int().nullable(),
  builder: z.string().nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  steps: z.array(z.object({ name: z.string(), milliseconds: z.number() })).readonly(),
  drained: drained.nullable(),
});

export type DeployItem = z.infer<typeof deployItem>;

/** What was told during a deploy or a job, kept. */
export const output = z.object({
  lines: z
    .array(z.object({ kind: z.enum(['step', 'header', 'detail', 'warning', 'out']), text: z.string() }))
    .readonly(),
});

/** `v3` or `3`. */
export const version = z.preprocess(
  (value) => (typeof value === 'string' && /^v\d+$/.test(value) ? value.slice(1) : value),
  integer(1, 1_000_000_000, 'A release such as v3'),
);

export const release = () => word(version, { help: 'its number, such as v3', placeholder: 'vN' });

export const deployId = integer(1, Number.MAX_SAFE_INTEGER, 'The id of a deploy');

export const followOutput = () => flag({ help: 'go on with what is printed until it has ended', short: 't' });

export const releases = {
  releases: operation({
    summary: 'List the releases of an app, newest first',
    examples: ['releases shop', 'releases shop --format json'],
    right: 'app:read',
    mutates: false,
    input: { app: app() },
    output: z.array(releaseItem).readonly(),
    listing: 'list',
    aliases: ['releases:list'],
    show: (items, { input }) => [
      header(`${input.app} releases`),
      ...listing(
        items.map((item) => [
          `v${item.version}`,
          mark(item),
          item.description,
          item.by,
          shortTime(item.createdAt),
        ]),
      ),
    ],
  }),
  'releases:set': propertySetter({
    summary: 'Set how many releases of an app can be gone back to',
    right: 'app:config',
    examples: ['releases:set shop keep 5', 'releases:set --global keep 20', 'releases:set shop keep'],
    properties: {
      keep: {
        help: 'of how many releases that passed their checks the image is kept, 1 to 1000; 10 without it',
        problem: numberProblem('keep', { least: 1, most: 1000 }),
      },
    },
  }),
  'releases:report': reporter({
    summary: 'Report on the releases of one app or of all: how many are kept',
    examples: ['releases:report shop', 'releases:report --global'],
  }),
  'releases:info': operation({
    summary: 'Show what one release is made of',
    examples: ['releases:info shop v3'],
    right: 'app:read',
    mutates: false,
    input: { app: app(), release: release() },
    output: releaseInfo,
    listing: 'list',
    show: showRelease,
  }),
  'releases:output': operation({
    summary: 'Show what was printed when a release was made',
    examples: ['releases:output shop v3'],
    right: 'app:read',
    mutates: false,
    input: { app: app(), release: release() },
    output,
    show: ({ lines }) => lines,
  }),
  rollback: operation({
    summary: 'Make an earlier release live again, without a build',
    description: 'Without a number: the last release before the current one that passed its checks.',
    examples: ['rollback shop', 'rollback shop v3'],
    right: 'app:deploy',
    mutates: true,
    input: {
      app: app(),
      release: optionalWord(version, { help: 'its number, such as v3', placeholder: 'vN' }),
    },
    output: deployed,
    aliases: ['releases:rollback'],
    show: showDeployed,
  }),
  deploys: operation({
    summary: 'List the deploys of an app, newest first',
    examples: ['deploys shop'],
    right: 'app:read',
    mutates: false,
    input: { app: app() },
    output: z.array(deployItem).readonly(),
    listing: 'list',
    aliases: ['deploys:list'],
    show: (items, { input }) => [header(`${input.app} deploys`), ...listing(items.map(deployRow))],
  }),
  'deploys:output': operation({
    summary: 'Show what was printed during a deploy',
    description: 'Kept of the last 100 deploys of an app, and of the releases that it can go back to.',
    examples: ['deploys:output shop 42', 'deploys:output shop 42 -t'],
    right: 'app:read',
    mutates: false,
    input: {
      app: app(),
      id: word(deployId, { help: 'its number in deploys', placeholder: 'ID' }),
      tail: followOutput(),
    },
    output,
    show: ({ lines }) => lines,
  }),
};

function mark(item: ReleaseItem): string {
  return item.current ? 'current' : item.state;
}

function deployRow(item: DeployItem): readonly string[] {
  const result = item.failure?.code ?? releaseText(item) ?? '-';
  return [
    String(item.id),
    item.state,
    result,
    item.kind,
    item.subject,
    item.actor,
    shortTime(item.createdAt),
  ];
}

/** The release of a deploy; undefined where there is none yet. */
export function releaseText({ release, state }: DeployItem): string | undefined {
  if (release !== null) return `v${release}`;
  return state === 'succeeded' ? 'not built' : undefined;
}

function showRelease(info: ReleaseInfo): readonly Line[] {
  const processes = Object.entries(info.processes).map(
    ([type, { command, count }]) => `${type}=${count} (${command ?? "the image's command"})`,
  );
  const rows = [
    ['State:', mark(info)],
    ['Description:', info.description],
    ['By:', info.by],
    ['Created at:', shortTime(info.createdAt)],
    ['Deploy:', String(info.deploy)],
    ['Revision:', info.revision ?? ''],
    ['Image:', info.image.digest ?? info.image.id],
    ...buildRows(info.build),
    ['Processes:', processes.join(', ')],
    ['Config:', info.configKeys.join(' ')],
    ['Domains:', info.domains.join(' ')],
  ];
  return [header(`${info.app} v${info.version}`), ...columns(rows).map(detail)];
}

function buildRows(build: ReleaseInfo['build']): readonly string[][] {
  if (!build) return [];
  return [
    ['Builder:', build.builder],
    ...(build.language === null ? [] : [['Language:', build.language]]),
    ...build.bases.map((base) => ['Base:', `${base.name} ${baseText(base)}`]),
  ];
}
