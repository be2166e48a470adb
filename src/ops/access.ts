import type { AccessItem } from '../contract/groups/access.ts';
import { sees, type Actor } from '../model/access.ts';
import { failure } from '../model/failures.ts';
import type { SshKey } from '../model/ssh-key.ts';
import type { Store } from '../store/store.ts';
import { appOf, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';

/** Who comes in with a key. Throws E_NOT_ALLOWED for one that is not in the store, such as one removed just now. */
export function actorOfKey(store: Store, name: string): Actor {
  const key = store.keys.find(name);
  if (!key) throw failure('E_NOT_ALLOWED', `There is no key ${name} on this server`);
  if (key.role === 'admin') return { kind: 'key', name, role: 'admin' };
  return { kind: 'key', name, role: 'deployer', apps: new Set(store.access.appsOf(name)) };
}

/** The same caller with the rights of now. Throws E_NOT_ALLOWED where its key is gone. */
export function actorNow(store: Store, actor: Actor): Actor {
  return actor.kind === 'key' ? actorOfKey(store, actor.name) : actor;
}

export const addAccess: Handler<'access:add'> = async (deps, call, input) => {
  const key = findKey(deps, input.key);
  if (key.role !== 'deployer')
    throw failure('E_INPUT', `${key.name} has the role ${key.role}: it may work on all apps already`, {
      hint: `slipway ssh-keys:remove ${key.name}, then slipway ssh-keys:add --role deployer ${key.name} < KEY.pub`,
    });
  return { changed: deps.store.access.grant(key.name, appOf(call).id) };
};

export const removeAccess: Handler<'access:remove'> = async (deps, call, input) => {
  const key = findKey(deps, input.key);
  const app = appOf(call);
  if (!deps.store.access.revoke(key.name, app.id))
    throw failure('E_NOT_FOUND', `${key.name} was not given access to ${app.name}`, {
      hint: `slipway access:list ${app.name}`,
    });
  return { changed: true };
};

export const listAccess: Handler<'access:list'> = async (deps, call) => {
  const actors = deps.store.keys.all().map((key) => actorOfKey(deps.store, key.name));
  return actors.filter((actor) => call.app === null || sees(actor, call.app.name)).map(itemOf);
};

function findKey(deps: Deps, name: string): SshKey {
  const key = deps.store.keys.find(name);
  if (!key) throw failure('E_NOT_FOUND', `There is no key ${name}`, { hint: 'slipway ssh-keys:list' });
  return key;
}

function itemOf(actor: Actor): AccessItem {
  return { key: actor.name, role: actor.role, apps: actor.role === 'admin' ? null : [...actor.apps] };
}
