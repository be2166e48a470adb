import { counted } from '../counted.ts';
import type { RouterFacts } from './facts.ts';
import { areaOf, type Finding } from './finding.ts';
import type { AppWish } from './app-wish.ts';

const router = areaOf('Router');

/** Whether the router runs and serves what the store wants. Apps that are being changed are left out. */
export function judgeRouter(
  facts: RouterFacts,
  wishes: readonly AppWish[],
  start: string,
): readonly Finding[] {
  if (!facts.running) return [router.broken('The router does not run: no app can be reached', start)];
  const served = new Map(facts.served.map((route) => [route.app, route]));
  const busy = new Set(wishes.filter((wish) => wish.busy).map(({ app }) => app));
  const settled = wishes.filter((wish) => !wish.busy && wish.deployed);
  const wrong = settled.flatMap((wish) => routeProblem(wish, served.get(wish.app)));
  const known = new Set(settled.map(({ app }) => app));
  const stray = facts.served.filter(({ app }) => !known.has(app) && !busy.has(app));
  const hosts = facts.served.reduce((sum, route) => sum + route.hosts.length, 0);
  return [
    router.ok(`runs, serves ${counted(facts.served.length, 'app')} under ${counted(hosts, 'host name')}`),
    ...wrong.map((text) => router.broken(text, 'restart slipwayd: it makes the routes anew')),
    ...stray.map(({ app }) =>
      router.broken(
        `The router serves ${app}, which is not deployed`,
        'restart slipwayd: it makes the routes anew',
      ),
    ),
  ];
}

function routeProblem(wish: AppWish, route: RouterFacts['served'][number] | undefined): readonly string[] {
  if (!route) return wish.hosts.length === 0 ? [] : [`The router does not know ${wish.app}`];
  const missing = wish.hosts.filter((host) => !route.hosts.includes(host));
  const stray = route.hosts.filter((host) => !wish.hosts.includes(host));
  const endpoints = wish.processes.filter(({ port }) => port !== null).length;
  return [
    ...missing.map((host) => `The router does not send ${host} to ${wish.app}`),
    ...stray.map((host) => `The router sends ${host} to ${wish.app}, which does not have it`),
    ...(route.endpoints === endpoints
      ? []
      : [
          `The router has ${counted(route.endpoints, 'process', 'processes')} of ${wish.app}, its release has ${endpoints}`,
        ]),
  ];
}
