import type { App } from '../model/app.ts';
import { failure } from '../model/failures.ts';
import { type LinkPlan, planLink, planPromote, planUnlink } from '../model/plan-link.ts';
import { type Service, serviceKey } from '../model/service.ts';
import type { KindName } from '../model/service-kind.ts';
import { changeConfig } from './change-config.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { linkedService, loadService } from './load-service.ts';

/** The link is there before the release that needs it, and goes where that fails. */
export function linkService(kind: KindName): Handler<'postgres:link'> {
  return async (deps, call, { name, alias, query, noRestart }) => {
    const service = loadService(deps, { kind, name });
    const app = appOf(call);
    refuseSecond(deps, service, app);
    const wishes = { alias, query: query ?? '' };
    const plan = planLink(deps.store.config.get(app.id), linkedService(deps, service), wishes);
    const link = { query: wishes.query };
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
}

/** Processes of the next release do not reach it any more; where that fails, all is as before. */
export function unlinkService(kind: KindName): Handler<'postgres:unlink'> {
  return async (deps, call, { name, noRestart }) => {
    const service = loadService(deps, { kind, name });
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
}

export function promoteService(kind: KindName): Handler<'postgres:promote'> {
  return async (deps, call, { name, noRestart }) => {
    const service = loadService(deps, { kind, name });
    const app = appOf(call);
    const { query } = linkOf(deps, service, app);
    const plan = planPromote(deps.store.config.get(app.id), linkedService(deps, service), query);
    const description = `Promote ${serviceKey(service)}`;
    return relink(deps, call, { plan, restart: !noRestart, description, commit: () => {} });
  };
}

export function isServiceLinked(kind: KindName): Handler<'postgres:linked'> {
  return async (deps, call, { name }) => {
    const { id } = loadService(deps, { kind, name });
    return { linked: deps.store.links.ofService(id).some(({ app }) => app === appOf(call).name) };
  };
}

export function listLinks(kind: KindName): Handler<'postgres:links'> {
  return async (deps, _call, { name }) =>
    deps.store.links.ofService(loadService(deps, { kind, name }).id).map(({ app }) => app);
}

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
  if (deps.store.links.ofService(service.id).some((link) => link.app === app.name))
    throw failure('E_EXISTS', `${app.name} is linked to ${serviceKey(service)} already`, {
      hint: `slipway ${service.kind}:info ${service.name} --dsn shows its address`,
    });
}

function linkOf({ store }: Deps, service: Service, app: App) {
  const link = store.links.ofService(service.id).find((one) => one.app === app.name);
  if (link) return link;
  throw failure('E_NOT_FOUND', `${app.name} is not linked to ${serviceKey(service)}`, {
    hint: `slipway ${service.kind}:link ${service.name} ${app.name}`,
  });
}
