import { isRecord, recordAt, textsAt, type Manifest } from '../../manifest.ts';
import { namesOf, parseRequirement, type Requirement } from './requirement.ts';

/** What a source depends on. */
export interface Dependencies {
  /** As `namesOf` spells them. */
  readonly names: ReadonlySet<string>;
  /** Something in the source itself is one of them, so that all of it has to be there before they are installed. */
  readonly local: boolean;
  /** One is fetched by git. */
  readonly git: boolean;
}

export function dependenciesOf(requirements: readonly Requirement[]): Dependencies {
  return {
    names: new Set(requirements.flatMap(({ names }) => names)),
    local: requirements.some(({ local }) => local),
    git: requirements.some(({ git }) => git),
  };
}

/** The dependencies that pyproject.toml lists in the standard way (PEP 621). */
export function projectRequirements(pyproject: Manifest | undefined): readonly string[] {
  return textsAt(pyproject, 'project', 'dependencies');
}

/** All that pyproject.toml tells, in the standard way, in Poetry's, and where uv takes them from. */
export function projectDependencies(pyproject: Manifest | undefined): readonly Requirement[] {
  return [
    ...projectRequirements(pyproject).map(parseRequirement),
    ...fromTable(recordAt(pyproject, 'tool', 'poetry', 'dependencies')),
    ...fromTable(recordAt(pyproject, 'tool', 'uv', 'sources')),
  ];
}

/** Tables of name -> version, or what else is told of it: of Poetry, of Pipenv and of uv's sources. */
export function fromTable(table: Manifest): readonly Requirement[] {
  return Object.entries(table).map(([name, told]) => {
    const record = isRecord(told) ? told : {};
    return {
      names: namesOf(name, textsAt(record, 'extras')),
      local: 'path' in record || 'workspace' in record,
      git: 'git' in record,
    };
  });
}

/** Names of all packages that a lock file of uv, Poetry or PDM has. */
export function lockedNames(lock: Manifest | undefined): readonly Requirement[] {
  const packages = lock?.['package'];
  const records = Array.isArray(packages) ? packages.filter(isRecord) : [];
  return fromTable(Object.fromEntries(records.map(({ name }) => [typeof name === 'string' ? name : '', {}])));
}
