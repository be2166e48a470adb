import { failure } from './failures.ts';

export type BuilderName = 'dockerfile';

const builders: readonly BuilderName[] = ['dockerfile'];

/** What the choice depends on. */
export interface BuilderChoice {
  /** Names at the top of the source; and the path of the Dockerfile, where one is set and it is there. */
  readonly names: Iterable<string>;
  /** `builder:set APP selected`; without it the names decide. */
  readonly selected?: string | null;
  /** `builder-dockerfile:set APP dockerfile-path`; without it `Dockerfile`. */
  readonly dockerfile?: string | null;
}

/** Which builder makes an image of a source. Throws E_NO_BUILDER that says what was looked for and what is there. */
export function chooseBuilder(choice: BuilderChoice): BuilderName {
  const { selected = null, dockerfile = null } = choice;
  if (selected !== null && !builders.some((name) => name === selected)) {
    const known = builders.join(', ');
    throw failure(
      'E_NO_BUILDER',
      `There is no builder named ${JSON.stringify(selected)}; there is: ${known}`,
      {
        hint: 'slipway builder:set APP selected dockerfile',
      },
    );
  }
  const names = new Set(choice.names);
  const wanted = dockerfile ?? 'Dockerfile';
  if (names.has(wanted)) return 'dockerfile';
  throw failure('E_NO_BUILDER', `The source has no ${wanted} (it has ${listing([...names])})`, {
    hint: hint(names, dockerfile),
  });
}

function hint(names: ReadonlySet<string>, dockerfile: string | null): string {
  if (dockerfile !== null) {
    return 'commit that file, or unset the path: slipway builder-dockerfile:set APP dockerfile-path';
  }
  const similar = [...names].find((name) => name.toLowerCase() === 'dockerfile');
  if (similar !== undefined) return `name it Dockerfile: git mv ${similar} Dockerfile`;
  return 'add a Dockerfile at the top of the repository, and commit it';
}

function listing(names: readonly string[]): string {
  if (names.length === 0) return 'no files';
  const few = names.toSorted().slice(0, 6).join(', ');
  return names.length > 6 ? `${few} and ${names.length - 6} more` : few;
}
