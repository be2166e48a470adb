import type { App } from '../model/app.ts';
import { failure } from '../model/failures.ts';
import { type LinkPlan, planLink, planPromote, planUnlink } from '../model/plan-link.ts';
import { type Service, type ServiceLink, serviceKey } from '../model/service.ts';
import type { KindName } from '../model/service-kind.ts';
import { changeConfig } from './change-config.ts';
import { appOf, type Call, type Deps, serviceOf } from './deps.ts';
import type { Handler } from './handler.ts';
import { linkedService } from './load-service.ts';

/** The link is there before the release that needs it, and goes where that fails. */
export const linkService: Handler<'postgres:link'> = async (deps, call, { alias, query, noRestart }) => {
  const service = serviceOf(call);
  const app = appOf(call);
  refuseSecond(deps, service, app);
  const link = { query: query ?? '' };
  const plan = planLink(deps.store.config.get(app.id), linkedService(deps, service), { ...link, alias });
  deps.store.links.set(service.id, app.id, { ...link, state: 'linking' });
  try {
    return await relink(deps, call, {
      plan,
      restart: !noRestart,
      description: `Link ${serviceKey(service)}`,
      commit: () => deps.store.links.set(service.id, app.id, { ...link, state: 'linked' }),
    });
  } catch (error) {
    deps.store.links.remove(service.id, app.id);
    throw error;
  }
};

/** Processes of the next release do not reach it any more; where that fails, all is as before. */
export const unlinkService: Handler<'postgres:unlink'> = async (deps, call, { noRestart }) => {
  const service = serviceOf(call);
  const app = appOf(call);
  const { query } = linkOf(deps, service, app);
  const plan = planUnlink(deps.store.config.get(app.id), linkedService(deps, service));
  deps.store.links.set(service.id, app.id, { query, state: 'unlinking' });
  try {
    return await relink(deps, call, {
      plan,
      restart: !noRestart,
      description: `Unlink ${serviceKey(service)}`,
      commit: () => deps.store.links.remove(service.id, app.id),
    });
  } catch (error) {
    deps.store.links.set(service.id, app.id, { query, state: 'linked' });
    throw error;
  }
};

export const promoteService: Handler<'postgres:promote'> = async (deps, call, { noRestart }) => {
  const service = serviceOf(call);
  const app = appOf(call);
  const { query } = linkOf(deps, service, app);
  const plan = planPromote(deps.store.config.get(app.id), linkedService(deps, service), query);
  const description = `Promote ${serviceKey(service)}`;
  return relink(deps, call, { plan, restart: !noRestart, description, commit: () => {} });
};

export const isServiceLinked: Handler<'postgres:linked'> = async (deps, call) => ({
  linked: findLink(deps, serviceOf(call), appOf(call)) !== undefined,
});

export const listLinks: Handler<'postgres:links'> = async (deps, call) =>
  deps.store.links.ofService(serviceOf(call).id).map(({ app }) => app);

export function listAppLinks(kind: KindName): Handler<'postgres:app-links'> {
  return async (deps, call) =>
    deps.store.links
      .ofApp(appOf(call).id)
      .filter((link) => link.kind === kind)
      .map(({ name }) => name);
}

interface Relink {
  readonly plan: LinkPlan;
  readonly restart: boolean;
  readonly description: string;
  readonly commit: () => void;
}

/** A release with the variables that the plan has, and the link stored together with it. */
async function relink(deps: Deps, call: Call, { plan, restart, description, commit }: Relink) {
  const change = { own: plan.own, keys: plan.keys, description, restart, commit };
  return { ...(await changeConfig(deps, call, change)), variables: plan.keys };
}

function refuseSecond(deps: Deps, service: Service, app: App): void {
  if (findLink(deps, service, app))
    throw failure('E_EXISTS', `${app.name} is linked to ${serviceKey(service)} already`, {
      hint: `slipway ${service.kind}:info ${service.name} --dsn shows its address`,
    });
}

function linkOf(deps: Deps, service: Service, app: App): ServiceLink {
  const link = findLink(deps, service, app);
  if (link) return link;
  throw failure('E_NOT_FOUND', `${app.name} is not linked to ${serviceKey(service)}`, {
    hint: `slipway ${service.kind}:link ${service.name} ${app.name}`,
  });
}

function findLink({ store }: Deps, service: Service, app: App): ServiceLink | undefined {
  return store.links.ofService(service.id).find((link) => link.app === app.name);
}
