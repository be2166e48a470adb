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
  ready: () => ({
    argv: [
      'bash',
      '-c',
      `exec 3<>/dev/tcp/127.0.0.1/${port}; printf 'version\\r\\n' >&3; read -r -t 2 line <&3`,
    ],
    env: {},
  }),
  client: () => ({ argv: ['bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port}; cat <&3 & cat >&3`], env: {} }),
  dump: null,
  restore: null,
};
