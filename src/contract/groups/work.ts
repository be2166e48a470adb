import { z } from 'zod';
import { jobStates } from '../../model/job.ts';
import { drainedText } from '../../model/drain.ts';
import type { Line } from '../../model/line.ts';
import { app, flag, integer, optionalApp, optionalWord, word } from '../field.ts';
import { operation } from '../operation.ts';
import { columns, detail, header, listing, shortTime, step } from '../print.ts';
import {
  deployId,
  type DeployItem,
  deployItem,
  followOutput,
  output,
  releaseText,
  time,
} from './releases.ts';

const jobItem = z.object({
  id: z.number().int(),
  app: z.string(),
  operation: z.string(),
  actor: z.string(),
  state: z.enum(jobStates),
  detached: z.boolean(),
  since: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
});

type JobItem = z.infer<typeof jobItem>;

const jobId = () =>
  word(integer(1, Number.MAX_SAFE_INTEGER, 'The id of a job'), {
    help: 'its number in jobs',
    placeholder: 'ID',
  });

const deploy = { help: 'its number in deploys', placeholder: 'ID' };

/** What is asked of a single deploy, and of work that is queued or under way. */
export const work = {
  'deploys:info': operation({
    summary: 'Show what became of one deploy, and how long each step took',
    examples: ['deploys:info shop 42'],
    right: 'app:read',
    mutates: false,
    input: { app: app(), id: word(deployId, deploy) },
    output: deployItem,
    listing: 'list',
    show: showDeploy,
  }),
  'deploys:cancel': operation({
    summary: 'Cancel the deploy of an app that is under way',
    description:
      'Until the route is switched: all that the deploy made is removed, and the release before it serves on. Whoever waits for the deploy is told E_CANCELLED.',
    examples: ['deploys:cancel shop', 'deploys:cancel shop 42'],
    right: 'app:deploy',
    mutates: true,
    besideLane: true,
    input: { app: app(), id: optionalWord(deployId, { ...deploy, help: 'only if it is this one' }) },
    output: z.object({ id: z.number().int() }),
    aliases: ['builds:cancel'],
    show: ({ id }) => [step(`Cancelled deploy ${id}`)],
  }),
  jobs: operation({
    summary: 'List the work that is queued or under way',
    description:
      'A job changes an app, in its turn: one at a time for each app, in the order of asking. `retire` takes the processes of before a deploy away, and nobody waits for it.',
    examples: ['jobs', 'jobs shop', 'jobs --all'],
    right: 'app:read',
    mutates: false,
    input: { app: optionalApp(), all: flag({ help: 'with the last ones that have ended' }) },
    output: z.array(jobItem).readonly(),
    listing: 'list',
    aliases: ['jobs:list'],
    show: (items) => listing(items.map(jobRow)),
  }),
  'jobs:output': operation({
    summary: 'Show what a detached job printed',
    description: 'A job is detached by `--detach` before its command, or by `git push -o detach`.',
    examples: ['jobs:output shop 1', 'jobs:output shop 1 -t'],
    right: 'app:read',
    mutates: false,
    input: { app: app(), id: jobId(), tail: followOutput() },
    output,
    show: ({ lines }) => lines,
  }),
  'jobs:cancel': operation({
    summary: 'Take a job out of the queue, or cancel the deploy that it runs',
    examples: ['jobs:cancel 7'],
    right: 'server:admin',
    mutates: true,
    input: { id: jobId() },
    output: jobItem,
    show: ({ id, operation, app }) => [step(`Cancelled job ${id}: ${operation} of ${app}`)],
  }),
};

function jobRow(job: JobItem): readonly string[] {
  const state = job.failure?.code ?? job.state;
  return [String(job.id), job.app, state, job.operation, job.actor, shortTime(job.since)];
}

export function showDeploy(item: DeployItem): readonly Line[] {
  const rows = [
    ['State:', item.state],
    ['Kind:', item.kind],
    ['Subject:', item.subject],
    ['By:', item.actor],
    ['Created at:', shortTime(item.createdAt)],
    ['Finished at:', item.finishedAt === null ? '' : shortTime(item.finishedAt)],
    ['Builder:', item.builder ?? ''],
    ['Release:', releaseText(item) ?? ''],
    ['Failure:', item.failure === null ? '' : `${item.failure.code}: ${item.failure.message}`],
    ['Steps:', item.steps.map(({ name, milliseconds }) => `${name} ${milliseconds} ms`).join(', ')],
    ['Old processes:', item.drained === null ? '' : drainedText(item.drained)],
  ];
  return [header(`${item.app} deploy ${item.id}`), ...columns(rows).map(detail)];
}
