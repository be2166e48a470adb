import type { Recipe } from '../recipe.ts';

export const elixir: readonly Recipe[] = [
  {
    name: 'elixir:1.14-slim',
    aliases: [],
    seconds: 55,
    make: {
      kind: 'layer',
      base: 'debian:bookworm-slim',
      packages: ['ca-certificates', 'elixir', 'erlang-dev', 'erlang-inets', 'erlang-ssl', 'erlang-xmerl'],
      setup: ['elixir --version'],
      config: { Env: ['LANG=C.UTF-8'], Cmd: ['iex'] },
    },
  },
];
