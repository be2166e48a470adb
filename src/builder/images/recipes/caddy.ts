import type { Recipe } from '../recipe.ts';

export const caddy: readonly Recipe[] = [
  {
    name: 'caddy:2',
    aliases: [],
    seconds: 35,
    make: {
      kind: 'layer',
      base: 'debian:bookworm-slim',
      packages: ['ca-certificates', 'caddy', 'media-types'],
      setup: ['mkdir -p /srv /data /config', 'ls /usr/bin/caddy', 'caddy version'],
      config: {
        Env: ['XDG_CONFIG_HOME=/config', 'XDG_DATA_HOME=/data'],
        Cmd: ['caddy', 'run', '--config', '/etc/caddy/Caddyfile', '--adapter', 'caddyfile'],
        WorkingDir: '/srv',
        ExposedPorts: { '80/tcp': {}, '443/tcp': {} },
      },
    },
  },
];
