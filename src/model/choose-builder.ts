import { failure } from './failures.ts';

export const builderNames = ['detect', 'dockerfile', 'buildpacks', 'pack'] as const;

/** What is wrong with the name of a builder. */
export function builderProblem(name: string): string | undefined {
  if (builderNames.some((each) => each === name)) return undefined;
  return `There is no builder named ${JSON.stringify(name)}; there is: ${builderNames.join(', ')}`;
}

export type BuilderName = (typeof builderNames)[number];

/** What the choice depends on. */
export interface BuilderChoice {
  /** Names at the top of the source; and the path of the Dockerfile, where one is set and it is there. */
  readonly names: Iterable<string>;
  /** `builder:set APP selected`; without it the names decide. */
  readonly selected?: string | null;
  /** Whether classic buildpacks are named, for the app or in its file .buildpacks. */
  readonly hasBuildpacks?: boolean;
  /** Whether the program of Cloud Native Buildpacks is on this machine. */
  readonly hasPack?: boolean;
  /** `builder-dockerfile:set APP dockerfile-path`; without it `Dockerfile`. */
  readonly dockerfile?: string | null;
}

/**
 * Which builder makes an image of a source: the one that is set, else its
 * buildpacks, else its Dockerfile, else its project.toml where pack is installed, else what is found by looking.
 * Throws E_NO_BUILDER for a name that there is none of, E_DOCKERFILE for a Dockerfile that is set and not there.
 */
export function chooseBuilder(choice: BuilderChoice): BuilderName {
  const { selected = null, dockerfile = null } = choice;
  if (selected !== null) return knownBuilder(selected);
  if (choice.hasBuildpacks) return 'buildpacks';
  const names = new Set(choice.names);
  if (names.has(dockerfile ?? 'Dockerfile')) return 'dockerfile';
  if (dockerfile !== null) throw missingDockerfile(dockerfile);
  return choice.hasPack && names.has('project.toml') ? 'pack' : 'detect';
}

function knownBuilder(selected: string): BuilderName {
  const known = builderNames.find((name) => name === selected);
  if (known) return known;
  throw failure('E_NO_BUILDER', builderProblem(selected) ?? '', {
    hint: 'slipway builder:set APP selected (without a value) lets the source decide',
  });
}

function missingDockerfile(path: string): Error {
  return failure('E_DOCKERFILE', `The source has no file ${path}`, {
    hint: 'commit that file, or unset the path: slipway builder-dockerfile:set APP dockerfile-path',
  });
}
