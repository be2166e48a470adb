import { isoTime } from '../base/clock.ts';
import { failure } from '../model/failures.ts';
import type { SshKey } from '../model/ssh-key.ts';
import type { Handler } from './handler.ts';

export const addKey: Handler<'ssh-keys:add'> = async (deps, _call, input) => {
  const key: SshKey = {
    name: input.name,
    ...deps.doors.readKey(input.key),
    addedAt: deps.clock.now(),
    role: input.role ?? 'admin',
  };
  deps.store.keys.add(key);
  await deps.doors.admit(deps.store.keys.all());
  return itemOf(key);
};

export const listKeys: Handler<'ssh-keys:list'> = async (deps) => deps.store.keys.all().map(itemOf);

export const removeKey: Handler<'ssh-keys:remove'> = async (deps, _call, { name, fingerprint }) => {
  const key = deps.store.keys
    .all()
    .find((key) => (name === null ? key.fingerprint === fingerprint : key.name === name));
  if (!key)
    throw failure('E_NOT_FOUND', `There is no key ${name ?? fingerprint}`, { hint: 'slipway ssh-keys:list' });
  // The door first: a key that is listed and does not get in is better than the other way round.
  await deps.doors.admit(deps.store.keys.all().filter((other) => other.name !== key.name));
  deps.store.keys.remove(key.name);
  return { name: key.name, fingerprint: key.fingerprint };
};

function itemOf({ name, fingerprint, addedAt, role }: SshKey) {
  return { name, fingerprint, addedAt: isoTime(addedAt), role };
}
