import type { Recipe } from '../recipe.ts';

/** The packages @oven/bun-linux-* are the builds that its makers publish, each one program. */
export const bun: readonly Recipe[] = [
  {
    name: 'oven/bun:1-slim',
    aliases: [],
    seconds: 20,
    make: {
      kind: 'layer',
      base: 'debian:bookworm-slim',
      npm: [{ name: 'bun', spec: '@oven/bun-linux-CPU@1', versionVariable: 'BUN_VERSION' }],
      setup: [
        'useradd --no-log-init --uid 1000 --user-group --shell /bin/bash --create-home bun',
        'mkdir -p /home/bun/app',
        'chown bun:bun /home/bun/app',
        'mv /slipway/bun/package/bin/bun /usr/local/bin/bun',
        'chmod 755 /usr/local/bin/bun',
        'ln -s bun /usr/local/bin/bunx',
        'bun --version',
      ],
      config: { Cmd: ['bun'], WorkingDir: '/home/bun/app' },
    },
  },
];
