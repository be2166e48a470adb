import { z } from 'zod';
import { aliasProblem } from '../../model/plan-link.ts';
import { type KindName, serviceKinds } from '../../model/service-kind.ts';
import { deployed } from '../deployed.ts';
import { app, checked, flag, option } from '../field.ts';
import { operation } from '../operation.ts';
import { detail, out, step, warning } from '../print.ts';
import { serviceName } from './service-wishes.ts';

/** What a change of a link gives: the variables that it changed too. */
const relinked = deployed.extend({ variables: z.array(z.string()).readonly() });

const noRestart = () => flag({ help: 'keep it for the next release of the app', short: 'n' });

function queryProblem(query: string): string | undefined {
  return /^[A-Za-z0-9._~!$&'()*+,;=:@/?%-]{0,1000}$/.test(query)
    ? undefined
    : 'A query has only characters that may stand in an address, such as pool=5&sslmode=disable';
}

const query = () =>
  option(checked(queryProblem), { help: 'what follows ? in the address', placeholder: 'QUERY', short: 'q' });

function link(kind: KindName) {
  const { title, variable } = serviceKinds[kind];
  return operation({
    summary: `Let an app reach a ${title} service, and tell it the address`,
    description: `Sets ${variable}, or, where the app has that already, SLIPWAY_${kind.toUpperCase()}_COLOUR_URL, by a new release. Only linked apps reach the service.`,
    examples: [`${kind}:link db shop`, `${kind}:link db shop --alias BLUE_DATABASE`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    lasts: true,
    input: {
      name: serviceName(kind),
      app: app(),
      alias: option(checked(aliasProblem), {
        help: 'the variable is ALIAS_URL',
        placeholder: 'ALIAS',
        short: 'a',
      }),
      query: query(),
      noRestart: noRestart(),
    },
    output: relinked,
    show: ({ variables }, { input }) => [
      step(`Linked ${input.app} to ${kind} service ${input.name}: ${variables.join(', ')}`),
    ],
  });
}

function unlink(kind: KindName) {
  return operation({
    summary: `Take a ${serviceKinds[kind].title} service away from an app`,
    description: 'Removes the variables that hold its address, by a new release.',
    examples: [`${kind}:unlink db shop`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    lasts: true,
    input: { name: serviceName(kind), app: app(), noRestart: noRestart() },
    output: relinked,
    show: (_output, { input }) => [step(`Unlinked ${input.app} from ${kind} service ${input.name}`)],
  });
}

function promote(kind: KindName) {
  const { variable, title } = serviceKinds[kind];
  return operation({
    summary: `Make ${variable} of a linked app lead to this ${title} service`,
    description: 'What it led to before keeps a variable of its own.',
    examples: [`${kind}:promote db shop`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    lasts: true,
    input: { name: serviceName(kind), app: app(), noRestart: noRestart() },
    output: relinked,
    show: ({ changed }, { input }) =>
      changed
        ? [step(`${variable} of ${input.app} leads to ${input.name} now`)]
        : [detail('It does so already')],
  });
}

function linked(kind: KindName) {
  return operation({
    summary: 'Tell by the exit status whether an app is linked',
    examples: [`${kind}:linked db shop`],
    right: 'server:read',
    mutates: false,
    service: kind,
    input: { name: serviceName(kind), app: app() },
    output: z.object({ linked: z.boolean() }),
    exit: ({ linked }) => (linked ? 0 : 1),
    show: ({ linked }, { input }) =>
      linked
        ? [out(`${input.app} is linked to ${input.name}`)]
        : [warning(`${input.app} is not linked to ${input.name}`)],
  });
}

function links(kind: KindName) {
  return operation({
    summary: `List the apps that are linked to a ${serviceKinds[kind].title} service`,
    examples: [`${kind}:links db`],
    right: 'server:read',
    mutates: false,
    service: kind,
    input: { name: serviceName(kind) },
    output: z.array(z.string()).readonly(),
    listing: 'list',
    show: (apps) => apps.map(out),
  });
}

function appLinks(kind: KindName) {
  return operation({
    summary: `List the ${serviceKinds[kind].title} services that an app is linked to`,
    examples: [`${kind}:app-links shop`],
    right: 'app:read',
    mutates: false,
    input: { app: app() },
    output: z.array(z.string()).readonly(),
    listing: 'list',
    show: (services) => services.map(out),
  });
}

/** Which apps reach services of a kind. */
export function linkRows(kind: KindName) {
  return {
    link: link(kind),
    unlink: unlink(kind),
    promote: promote(kind),
    linked: linked(kind),
    links: links(kind),
    'app-links': appLinks(kind),
  };
}
