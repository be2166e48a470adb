import type { Recipe } from '../recipe.ts';

export const debian: readonly Recipe[] = [
  {
    name: 'debian:bookworm-slim',
    aliases: ['debian:12-slim'],
    seconds: 30,
    make: { kind: 'debian', suite: 'bookworm' },
  },
];
