import type { Recipe } from '../recipe.ts';

/** The packages @deno/* are Deno's own builds, as the package `deno` of npm takes them. */
export const deno: readonly Recipe[] = [
  {
    name: 'denoland/deno:2',
    aliases: ['denoland/deno:debian-2'],
    seconds: 45,
    make: {
      kind: 'layer',
      base: 'debian:bookworm-slim',
      npm: [{ name: 'deno', spec: '@deno/linux-ARCH-glibc@2', versionVariable: 'DENO_VERSION' }],
      setup: [
        'useradd --uid 1993 --user-group --no-log-init --no-create-home deno',
        'install -d -o deno -g deno /deno-dir',
        'install -m 755 /slipway/deno/package/deno /usr/bin/deno',
        'deno --version',
      ],
      config: {
        Env: ['DENO_DIR=/deno-dir/', 'DENO_INSTALL_ROOT=/usr/local'],
        Cmd: ['deno', 'eval', 'console.log("Welcome to Deno!")'],
      },
    },
  },
];
