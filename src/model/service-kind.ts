/** What people know of a kind of datastore, whatever runs it. Its behaviour is a row in service/kinds. */
export interface KindFacts {
  /** Its own name, as it is written. */
  readonly title: string;
  /** The variable in which an app finds its address. */
  readonly variable: string;
}

/** The kinds that there are commands for. */
export const serviceKinds = {
  postgres: { title: 'PostgreSQL', variable: 'DATABASE_URL' },
  mysql: { title: 'MySQL', variable: 'DATABASE_URL' },
  mariadb: { title: 'MariaDB', variable: 'DATABASE_URL' },
  redis: { title: 'Redis', variable: 'REDIS_URL' },
  // As clients of Redis know it: they are what apps use.
  valkey: { title: 'Valkey', variable: 'REDIS_URL' },
  memcached: { title: 'Memcached', variable: 'MEMCACHED_URL' },
  rabbitmq: { title: 'RabbitMQ', variable: 'RABBITMQ_URL' },
  nats: { title: 'NATS', variable: 'NATS_URL' },
} as const satisfies Readonly<Record<string, KindFacts>>;

export type KindName = keyof typeof serviceKinds;

export const kindNames = Object.keys(serviceKinds) as readonly KindName[];

/** Whether a text is the name of a kind. */
export function isKindName(text: string): text is KindName {
  return Object.hasOwn(serviceKinds, text);
}
