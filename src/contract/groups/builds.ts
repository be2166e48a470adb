import { z } from 'zod';
import { formatMilliseconds } from '../../model/duration.ts';
import { app, optionalWord } from '../field.ts';
import { operation } from '../operation.ts';
import { header, listing, shortTime } from '../print.ts';
import { numberProblem, propertySetter } from '../property.ts';
import { reporter } from '../report.ts';
import { deployId, type DeployItem, deployItem, followOutput, output } from './releases.ts';
import { showDeploy } from './work.ts';

const buildId = () =>
  optionalWord(deployId, { help: 'its number in builds; the last one without it', placeholder: 'ID' });

/** Deploys that built something, by their numbers; `builds:cancel` is another name of `deploys:cancel`. */
export const builds = {
  builds: operation({
    summary: 'List the builds of an app, newest first: state, time taken, builder',
    description: 'A build is part of a deploy and has its number; deploys lists those without a build too.',
    examples: ['builds shop', 'builds shop --format json'],
    right: 'app:read',
    mutates: false,
    input: { app: app() },
    output: z.array(deployItem).readonly(),
    listing: 'list',
    aliases: ['builds:list'],
    show: (items, { input }) => [header(`${input.app} builds`), ...listing(items.map(buildRow))],
  }),
  'builds:info': operation({
    summary: 'Show what became of a build, and how long each step of its deploy took',
    examples: ['builds:info shop', 'builds:info shop 42'],
    right: 'app:read',
    mutates: false,
    input: { app: app(), id: buildId() },
    output: deployItem,
    listing: 'list',
    show: showDeploy,
  }),
  'builds:output': operation({
    summary: 'Show what was printed during a build and its deploy',
    examples: ['builds:output shop', 'builds:output shop -t', 'builds:output shop 42'],
    right: 'app:read',
    mutates: false,
    input: { app: app(), id: buildId(), tail: followOutput() },
    output,
    show: ({ lines }) => lines,
  }),
  'builds:set': propertySetter({
    summary: 'Set how long a build may take',
    right: 'app:config',
    examples: ['builds:set shop timeout 3600', 'builds:set --global timeout 900', 'builds:set shop timeout'],
    properties: {
      timeout: {
        help: 'seconds, 1 to 9999, without the waiting for its turn; 1800 without it',
        problem: numberProblem('timeout', { least: 1, most: 9999 }),
      },
    },
  }),
  'builds:report': reporter({
    summary: 'Report how long builds of one app or of all may take',
    examples: ['builds:report shop', 'builds:report --global'],
  }),
};

function buildRow(item: DeployItem): readonly string[] {
  const took = item.steps.find(({ name }) => name === 'build')?.milliseconds;
  return [
    String(item.id),
    item.failure?.code ?? item.state,
    took === undefined ? '-' : formatMilliseconds(took),
    item.builder ?? '-',
    item.subject,
    item.actor,
    shortTime(item.createdAt),
  ];
}
