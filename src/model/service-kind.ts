/** What people know of a kind of datastore, whatever runs it. Its behaviour is a row in service/kinds. */
export interface KindFacts {
  /** Its own name, as it is written. */
  readonly title: string;
  /** The variable in which an app finds its address. */
  readonly variable: string;
  /** What can be done with its data, and so which of its commands are of use. */
  readonly abilities: readonly Ability[];
}

/**
 * `dump`: its data can be dumped, and a dump taken in. `client`: its image has a client. `files`: its data files can be
 * copied while it runs, and every change of them kept.
 */
export type Ability = 'dump' | 'client' | 'files';

/** The kinds that there are commands for. */
export const serviceKinds = {
  postgres: { title: 'PostgreSQL', variable: 'DATABASE_URL', abilities: ['dump', 'client', 'files'] },
  mysql: { title: 'MySQL', variable: 'DATABASE_URL', abilities: ['dump', 'client'] },
  mariadb: { title: 'MariaDB', variable: 'DATABASE_URL', abilities: ['dump', 'client'] },
  redis: { title: 'Redis', variable: 'REDIS_URL', abilities: ['dump', 'client'] },
  // As clients of Redis know it: they are what apps use.
  valkey: { title: 'Valkey', variable: 'REDIS_URL', abilities: ['dump', 'client'] },
  memcached: { title: 'Memcached', variable: 'MEMCACHED_URL', abilities: [] },
  rabbitmq: { title: 'RabbitMQ', variable: 'RABBITMQ_URL', abilities: [] },
  nats: { title: 'NATS', variable: 'NATS_URL', abilities: [] },
} satisfies Readonly<Record<string, KindFacts>>;

export type KindName = keyof typeof serviceKinds;

export const kindNames = Object.keys(serviceKinds) as readonly KindName[];

/** Whether a text is the name of a kind. */
export function isKindName(text: string): text is KindName {
  return Object.hasOwn(serviceKinds, text);
}
