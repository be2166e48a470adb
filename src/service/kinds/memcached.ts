import type { Kind } from '../service.ts';

const port = 11211;

/** It knows no users: who is in its network may use it, and that are the apps that are linked. */
export const memcached: Kind = {
  name: 'memcached',
  image: 'memcached',
  version: '1.6',
  port,
  folder: '/var/lib/memcached',
  user: '',
  env: () => ({}),
  command: ['memcached'],
  url: (_login, host) => `memcached://${host}:${port}`,
  ready: null,
  client: null,
  dump: null,
  count: null,
  beyond: null,
  facts: null,
  base: null,
  adopt: null,
  archive: null,
  restore: null,
};
