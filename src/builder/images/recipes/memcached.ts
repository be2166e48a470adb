import type { Recipe } from '../recipe.ts';

/** The documented behaviour of the official image: a first word that is a flag is meant for memcached. POSIX sh (dash). */
export const memcachedEntrypoint = `#!/bin/sh
set -eu
case "\${1-}" in '' | -*) set -- memcached "$@" ;; esac
exec "$@"
`;

export const memcached: readonly Recipe[] = [
  {
    name: 'memcached:1.6-bookworm',
    aliases: ['memcached:1.6', 'memcached:1-bookworm', 'memcached:1'],
    seconds: 35,
    make: {
      kind: 'layer',
      base: 'debian:bookworm-slim',
      users: [{ name: 'memcache', id: 11_211, home: '/nonexistent' }],
      packages: ['memcached'],
      files: [{ path: 'usr/local/bin/docker-entrypoint.sh', text: memcachedEntrypoint, executable: true }],
      setup: ['memcached --version'],
      config: {
        User: 'memcache',
        Entrypoint: ['docker-entrypoint.sh'],
        Cmd: ['memcached'],
        ExposedPorts: { '11211/tcp': {} },
      },
    },
  },
];
