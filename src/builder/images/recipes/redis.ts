import type { LayerRecipe, Recipe } from '../recipe.ts';
import { redisEntrypoint } from './redis-entrypoint.ts';

/** Redis, or Valkey, which is used in the same way: the name is the user's, and that of the programs begins with it. */
function makeOf(name: string, base: string): LayerRecipe {
  return {
    kind: 'layer',
    base,
    users: [{ name, id: 999, home: '/data' }],
    packages: [`${name}-server`],
    files: [{ path: 'usr/local/bin/docker-entrypoint.sh', text: redisEntrypoint(name), executable: true }],
    setup: [`install -d -o ${name} -g ${name} /data`, `${name}-server --version`, `${name}-cli --version`],
    config: {
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: [`${name}-server`],
      WorkingDir: '/data',
      ExposedPorts: { '6379/tcp': {} },
      Volumes: { '/data': {} },
    },
  };
}

export const redis: readonly Recipe[] = [
  {
    name: 'redis:7.0-bookworm',
    aliases: ['redis:7.0', 'redis:7-bookworm', 'redis:7'],
    seconds: 35,
    make: makeOf('redis', 'debian:bookworm-slim'),
  },
  {
    name: 'valkey/valkey:8.1-trixie',
    aliases: ['valkey/valkey:8.1', 'valkey/valkey:8-trixie', 'valkey/valkey:8'],
    seconds: 40,
    make: makeOf('valkey', 'debian:trixie-slim'),
  },
];
