import { z } from 'zod';
import { normalizeDomain } from '../../model/domain.ts';
import { app, readBy, rest } from '../field.ts';
import { operation } from '../operation.ts';
import { detail, step } from '../print.ts';
import { reporter } from '../report.ts';

const names = () =>
  rest(readBy(normalizeDomain), {
    help: 'host names, such as shop.example.com or *.example.com',
    placeholder: 'DOMAIN',
  });

/** All domains of the app (or the global ones) as they are now, and whether that is new. */
const result = z.object({ domains: z.array(z.string()).readonly(), changed: z.boolean() });

type Result = z.infer<typeof result>;

function told(text: string, { changed, domains }: Result) {
  if (!changed) return [detail('Nothing changed')];
  return [step(text), ...domains.map((name) => detail(name))];
}

export const domains = {
  'domains:add': operation({
    summary: 'Add domains to an app',
    examples: ['domains:add shop shop.example.com www.example.com'],
    right: 'app:config',
    mutates: true,
    input: { app: app(), domains: names() },
    output: result,
    show: (output, { input }) =>
      told(`Added ${input.domains.join(', ')} to ${input.app}; its domains:`, output),
  }),
  'domains:remove': operation({
    summary: 'Remove domains from an app',
    examples: ['domains:remove shop www.example.com'],
    right: 'app:config',
    mutates: true,
    input: { app: app(), domains: names() },
    output: result,
    show: (output, { input }) =>
      told(`Removed ${input.domains.join(', ')} from ${input.app}; its domains:`, output),
  }),
  'domains:set': operation({
    summary: 'Set the domains of an app in place of those it has',
    examples: ['domains:set shop shop.example.com'],
    right: 'app:config',
    mutates: true,
    input: { app: app(), domains: names() },
    output: result,
    show: (output, { input }) => told(`Set the domains of ${input.app}:`, output),
  }),
  'domains:clear': operation({
    summary: 'Remove all domains of an app; it is not reachable until it has one',
    examples: ['domains:clear shop'],
    right: 'app:config',
    mutates: true,
    input: { app: app() },
    output: result,
    show: (output, { input }) => told(`Cleared the domains of ${input.app}`, output),
  }),
  'domains:reset': operation({
    summary: 'Give an app its default domains back',
    examples: ['domains:reset shop'],
    right: 'app:config',
    mutates: true,
    input: { app: app() },
    output: result,
    show: (output, { input }) => told(`Reset the domains of ${input.app}:`, output),
  }),
  'domains:disable': operation({
    summary: 'Take an app off all its domains; it keeps them for domains:enable',
    examples: ['domains:disable shop'],
    right: 'app:config',
    mutates: true,
    input: { app: app() },
    output: result,
    show: ({ changed }, { input }) =>
      changed ? [step(`Disabled the domains of ${input.app}`)] : [detail('Nothing changed')],
  }),
  'domains:enable': operation({
    summary: 'Let an app be reached by its domains again',
    examples: ['domains:enable shop'],
    right: 'app:config',
    mutates: true,
    input: { app: app() },
    output: result,
    show: (output, { input }) => told(`Enabled the domains of ${input.app}:`, output),
  }),
  'domains:add-global': operation({
    summary: 'Add domains under which each app gets one of its own',
    examples: ['domains:add-global example.com'],
    right: 'server:admin',
    mutates: true,
    input: { domains: names() },
    output: result,
    show: (output) => told('The global domains are now:', output),
  }),
  'domains:remove-global': operation({
    summary: 'Remove domains under which each app gets one of its own',
    examples: ['domains:remove-global example.com'],
    right: 'server:admin',
    mutates: true,
    input: { domains: names() },
    output: result,
    show: (output) => told('The global domains are now:', output),
  }),
  'domains:clear-global': operation({
    summary: 'Remove all global domains: apps get no domain but those that are added',
    examples: ['domains:clear-global'],
    right: 'server:admin',
    mutates: true,
    input: {},
    output: result,
    show: (output) => told('Cleared the global domains', output),
  }),
  'domains:set-global': operation({
    summary: 'Set the domains under which each app gets its own',
    examples: ['domains:set-global example.com'],
    right: 'server:admin',
    mutates: true,
    input: { domains: names() },
    output: result,
    show: (output) => told('Set the global domains:', output),
  }),
  'domains:report': reporter({
    summary: 'Report on the domains of one app, of all, or on the global ones',
    examples: ['domains:report shop', 'domains:report --global', 'domains:report shop --format json'],
    aliases: ['domains'],
  }),
};
