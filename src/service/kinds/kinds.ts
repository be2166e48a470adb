import type { KindName } from '../../model/service-kind.ts';
import type { Kind } from '../service.ts';
import { mariadb } from './mariadb.ts';
import { memcached } from './memcached.ts';
import { mysql } from './mysql.ts';
import { nats } from './nats.ts';
import { postgres } from './postgres.ts';
import { rabbitmq } from './rabbitmq.ts';
import { redis } from './redis.ts';
import { valkey } from './valkey.ts';

/** The table of kinds: a new one is a file and a row here and in model/service-kind.ts. */
export const kinds: Readonly<Record<KindName, Kind>> = {
  postgres,
  mysql,
  mariadb,
  redis,
  valkey,
  memcached,
  rabbitmq,
  nats,
};
