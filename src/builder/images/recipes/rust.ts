import type { Recipe } from '../recipe.ts';

/** Without rustup: the toolchain is the distribution's. */
export const rust: readonly Recipe[] = [
  {
    name: 'rust:1.63-slim-bookworm',
    aliases: [],
    seconds: 55,
    make: {
      kind: 'layer',
      base: 'debian:bookworm-slim',
      packages: ['ca-certificates', 'cargo', 'gcc', 'libc6-dev', 'rustc'],
      setup: [
        'mkdir -p /usr/local/cargo/bin',
        'chmod -R a+w /usr/local/cargo',
        'rustc --version',
        'cargo --version',
      ],
      config: {
        Env: [
          'CARGO_HOME=/usr/local/cargo',
          'PATH=/usr/local/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        ],
        Cmd: ['bash'],
      },
    },
  },
];
