import type { Recipe } from './recipe.ts';
import { bun } from './recipes/bun.ts';
import { caddy } from './recipes/caddy.ts';
import { debian } from './recipes/debian.ts';
import { deno } from './recipes/deno.ts';
import { elixir } from './recipes/elixir.ts';
import { go } from './recipes/go.ts';
import { java } from './recipes/java.ts';
import { mariadb } from './recipes/mariadb.ts';
import { memcached } from './recipes/memcached.ts';
import { nats } from './recipes/nats.ts';
import { node } from './recipes/node.ts';
import { php } from './recipes/php.ts';
import { postgres } from './recipes/postgres.ts';
import { python } from './recipes/python.ts';
import { rabbitmq } from './recipes/rabbitmq.ts';
import { redis } from './recipes/redis.ts';
import { ruby } from './recipes/ruby.ts';
import { rust } from './recipes/rust.ts';

/** All images that can be made here: those of a language in a file of its own. */
export const recipes: readonly Recipe[] = [
  ...debian,
  ...node,
  ...bun,
  ...caddy,
  ...go,
  ...rust,
  ...java,
  ...elixir,
  ...php,
  ...python,
  ...ruby,
  ...deno,
  ...postgres,
  ...mariadb,
  ...redis,
  ...memcached,
  ...rabbitmq,
  ...nats,
];

/** The recipe for a name as `familiarName` gives it. */
export function recipeFor(name: string): Recipe | undefined {
  return recipes.find((recipe) => recipe.name === name || recipe.aliases.includes(name));
}

/** All names that there is a recipe for. */
export function recipeNames(): string[] {
  return recipes.flatMap((recipe) => [recipe.name, ...recipe.aliases]);
}
