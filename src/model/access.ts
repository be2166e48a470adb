/** Who asks. Root's socket makes `root`; the door for SSH makes a key, with what the store says of it. */
export type Actor = {
  readonly kind: 'root' | 'key' | 'system';
  /** Name of the key, or `root`. */
  readonly name: string;
} & Standing;

/** `admin` may do everything. `deployer` may see, deploy and configure the named apps, and nothing else. */
export type Standing =
  | { readonly role: 'admin' }
  | { readonly role: 'deployer'; readonly apps: ReadonlySet<string> };

export const roles = ['admin', 'deployer'] as const;

export type Role = (typeof roles)[number];

/** What an operation needs. `app:*` are rights on the app that it names, `server:*` on the machine. */
export type Right =
  | 'anyone'
  | 'app:read'
  | 'app:deploy'
  | 'app:config'
  | 'app:create'
  | 'app:destroy'
  | 'server:read'
  | 'server:admin'
  /** By root's own door only: not even the key of an admin. */
  | 'root';

/** What a call is about: one app, each app that its actor may see, or the whole server. */
export type Scope = { readonly app: string } | 'each-app' | 'server';

const rightsOfDeployer: ReadonlySet<Right> = new Set(['app:read', 'app:deploy', 'app:config']);

/** Whether the actor has a right. One place, so that a new role changes one function. */
export function may(actor: Actor, right: Right, scope: Scope): boolean {
  if (right === 'root') return actor.kind === 'root';
  if (right === 'anyone' || actor.role === 'admin') return true;
  if (actor.role !== 'deployer' || !rightsOfDeployer.has(right) || scope === 'server') return false;
  return scope === 'each-app' || actor.apps.has(scope.app);
}

/** Whether an app is there at all for the actor: of one that it may not see, nothing tells it that there is one. */
export function sees(actor: Actor, app: string): boolean {
  return may(actor, 'app:read', { app });
}

export const system: Actor = { kind: 'system', name: 'slipway', role: 'admin' };
