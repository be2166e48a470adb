/** Who asks. Root's socket makes `root`; the door for SSH makes a key. */
export interface Actor {
  readonly kind: 'root' | 'key' | 'system';
  /** Name of the key, or `root`. */
  readonly name: string;
  readonly role: Role;
}

export type Role = 'admin';

/** What an operation needs. `app:*` are rights on the app that it names, `server:*` on the machine. */
export type Right =
  | 'anyone'
  | 'app:read'
  | 'app:deploy'
  | 'app:config'
  | 'app:create'
  | 'app:destroy'
  | 'server:read'
  | 'server:admin';

/** Whether the actor has a right. One place, so that a new role changes one function. */
export function may(actor: Actor, right: Right): boolean {
  return right === 'anyone' || actor.role === 'admin';
}

export const system: Actor = { kind: 'system', name: 'slipway', role: 'admin' };
