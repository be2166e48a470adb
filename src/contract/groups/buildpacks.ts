import { z } from 'zod';
import { buildpackProblem } from '../../model/buildpack.ts';
import { app, checked, integer, option, optionalWord, word } from '../field.ts';
import { operation } from '../operation.ts';
import { detail, listing, step } from '../print.ts';

const address = {
  help: 'a short name such as heroku/ruby, a git repository with #REF or without, or a .tgz',
  placeholder: 'BUILDPACK',
};

const index = () =>
  option(integer(1, 100, 'The index'), { help: 'the place in the order, from 1', placeholder: 'N' });

/** The buildpacks of the app as they are now, in their order. */
const result = z.object({ buildpacks: z.array(z.string()).readonly(), changed: z.boolean() });

function told(text: string, { buildpacks, changed }: z.infer<typeof result>) {
  if (!changed) return [detail('Nothing changed')];
  return [step(text), ...buildpacks.map((name, at) => detail(`${at + 1}. ${name}`)), detail(fromNow)];
}

const fromNow = 'The next deploy uses them';

export const buildpacks = {
  'buildpacks:list': operation({
    summary: 'List the classic buildpacks that an app is built with, in their order',
    description: 'None: a file .buildpacks in the source names them, or another builder makes the image.',
    examples: ['buildpacks:list shop', 'buildpacks:list shop --format json'],
    right: 'app:read',
    mutates: false,
    input: { app: app() },
    output: z.array(z.string()).readonly(),
    listing: 'list',
    aliases: ['buildpacks'],
    show: (names) => listing(names.map((name) => [name])),
  }),
  'buildpacks:add': operation({
    summary: 'Add a classic buildpack to an app: the last one, or at a place in the order',
    description: 'From the next deploy on, the app is built with its buildpacks and not in another way.',
    examples: [
      'buildpacks:add shop heroku/nodejs',
      'buildpacks:add --index 1 shop https://example.com/pack.git#v2',
    ],
    right: 'app:config',
    mutates: true,
    input: { app: app(), buildpack: word(checked(buildpackProblem), address), index: index() },
    output: result,
    show: (output, { input }) => told(`Added ${input.buildpack} to ${input.app}:`, output),
  }),
  'buildpacks:set': operation({
    summary:
      'Put a classic buildpack in the place of another: the first one, or that at a place in the order',
    examples: ['buildpacks:set shop heroku/ruby', 'buildpacks:set --index 2 shop heroku/nodejs'],
    right: 'app:config',
    mutates: true,
    input: { app: app(), buildpack: word(checked(buildpackProblem), address), index: index() },
    output: result,
    show: (output, { input }) => told(`Set ${input.buildpack} of ${input.app}:`, output),
  }),
  'buildpacks:remove': operation({
    summary: 'Remove a classic buildpack of an app, by its name or by its place in the order',
    examples: ['buildpacks:remove shop heroku/nodejs', 'buildpacks:remove --index 1 shop'],
    right: 'app:config',
    mutates: true,
    input: { app: app(), buildpack: optionalWord(checked(buildpackProblem), address), index: index() },
    problem: ({ buildpack, index: at }) =>
      (buildpack === null) === (at === null) ? 'Give either BUILDPACK or --index' : undefined,
    output: result,
    show: (output, { input }) => told(`Removed a buildpack of ${input.app}; it has:`, output),
  }),
  'buildpacks:clear': operation({
    summary: 'Remove all classic buildpacks of an app',
    examples: ['buildpacks:clear shop'],
    right: 'app:config',
    mutates: true,
    input: { app: app() },
    output: result,
    show: (output, { input }) => told(`Cleared the buildpacks of ${input.app}`, output),
  }),
};
