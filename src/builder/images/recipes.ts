/** How an image is made on this machine where no registry gives it. Content is fetched by package name, never by address. */
export interface Recipe {
  /** The official image whose place it takes. */
  readonly name: string;
  /** Other tags of the official repository that mean exactly the same image. */
  readonly aliases: readonly string[];
  /** Seconds on a small machine, its base included; for the line that is shown while one waits. */
  readonly seconds: number;
  readonly make: DebianRecipe | NodeRecipe;
}

export interface DebianRecipe {
  readonly kind: 'debian';
  readonly suite: string;
}

export interface NodeRecipe {
  readonly kind: 'node';
  /** Name of the recipe that it builds upon. */
  readonly base: string;
  readonly major: number;
  /** The major version of npm that comes with this major of Node. */
  readonly npm: number;
}

/** `node:22` itself is no alias: it is the large image with compilers. */
export const recipes: readonly Recipe[] = [
  {
    name: 'debian:bookworm-slim',
    aliases: ['debian:12-slim'],
    seconds: 30,
    make: { kind: 'debian', suite: 'bookworm' },
  },
  { name: 'node:20-bookworm-slim', aliases: ['node:20-slim'], seconds: 45, make: node(20, 10) },
  { name: 'node:22-bookworm-slim', aliases: ['node:22-slim'], seconds: 45, make: node(22, 10) },
];

function node(major: number, npm: number): NodeRecipe {
  return { kind: 'node', base: 'debian:bookworm-slim', major, npm };
}

/** The recipe for a name as `familiarName` gives it. */
export function recipeFor(name: string): Recipe | undefined {
  return recipes.find((recipe) => recipe.name === name || recipe.aliases.includes(name));
}

/** All names that there is a recipe for. */
export function recipeNames(): string[] {
  return recipes.flatMap((recipe) => [recipe.name, ...recipe.aliases]);
}
