import { z } from 'zod';
import { drainedText } from '../../model/drain.ts';
import type { Line } from '../../model/line.ts';
import { app, integer, optionalWord, word } from '../field.ts';
import { operation } from '../operation.ts';
import { columns, detail, header, shortTime, step } from '../print.ts';
import { deployId, type DeployItem, deployItem, jobItem } from './releases.ts';

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
    aliases: ['builds:info'],
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
  'jobs:cancel': operation({
    summary: 'Take a job out of the queue, or cancel the deploy that it runs',
    examples: ['jobs:cancel 7'],
    right: 'server:admin',
    mutates: true,
    input: {
      id: word(integer(1, Number.MAX_SAFE_INTEGER, 'The id of a job'), {
        help: 'its number in jobs',
        placeholder: 'ID',
      }),
    },
    output: jobItem,
    show: ({ id, operation, app }) => [step(`Cancelled job ${id}: ${operation} of ${app}`)],
  }),
};

function showDeploy(item: DeployItem): readonly Line[] {
  const rows = [
    ['State:', item.state],
    ['Kind:', item.kind],
    ['Subject:', item.subject],
    ['By:', item.actor],
    ['Created at:', shortTime(item.createdAt)],
    ['Finished at:', item.finishedAt === null ? '' : shortTime(item.finishedAt)],
    ['Release:', item.release === null ? '' : `v${item.release}`],
    ['Failure:', item.failure === null ? '' : `${item.failure.code}: ${item.failure.message}`],
    ['Steps:', item.steps.map(({ name, milliseconds }) => `${name} ${milliseconds} ms`).join(', ')],
    ['Old processes:', item.drained === null ? '' : drainedText(item.drained)],
  ];
  return [header(`${item.app} deploy ${item.id}`), ...columns(rows).map(detail)];
}
