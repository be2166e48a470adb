import { failure } from '../../model/failures.ts';

/** The name of an image, taken apart and made whole: `node` is `docker.io`, `library/node`, `latest`. */
export interface Reference {
  readonly registry: string;
  readonly repository: string;
  /** Undefined only where there is a digest. */
  readonly tag: string | undefined;
  /** `sha256:...` */
  readonly digest: string | undefined;
}

const host = String.raw`(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::\d{1,5})?`;
const part = String.raw`[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*`;
const grammar = new RegExp(
  String.raw`^(?:(?<host>${host})\/)?(?<path>${part}(?:\/${part})*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[a-f0-9]{64}))?$`,
);

/**
 * Reads `[registry/]repository[:tag][@digest]` by the grammar that Docker uses (docs of distribution/reference).
 * Throws E_INPUT for anything else.
 */
export function parseReference(text: string): Reference {
  const found = text.length <= 400 ? grammar.exec(text)?.groups : undefined;
  // Docker would take such a name for the beginning of an id, of whatever image.
  if (!found || /^([a-f0-9]{64}$|sha256:)/.test(text))
    throw failure('E_INPUT', `"${text.slice(0, 80)}" is not the name of an image`, {
      hint: 'such as node:22-slim or registry.example.com/team/app:1.2',
    });
  const { path = '', tag, digest } = found;
  const latest = digest === undefined ? 'latest' : undefined;
  return { ...place(found['host'], path), tag: tag ?? latest, digest };
}

/** The shortest name that means the same: `node:22-slim`. Beside a digest a tag means nothing, and is left out. */
export function familiarName({ registry, repository, tag, digest }: Reference): string {
  const short = repository.replace(/^library\/(?=[^/]+$)/, '');
  const path = registry === 'docker.io' ? short : `${registry}/${repository}`;
  if (digest !== undefined) return `${path}@${digest}`;
  return tag === undefined ? path : `${path}:${tag}`;
}

/** The first word is a registry only where it cannot be part of a repository: it has a dot, a port, a capital, or is localhost. */
function place(first: string | undefined, path: string): Pick<Reference, 'registry' | 'repository'> {
  if (first === undefined)
    return { registry: 'docker.io', repository: path.includes('/') ? path : `library/${path}` };
  if (first === 'docker.io' || first === 'index.docker.io') return place(undefined, path);
  if (/[.:A-Z]/.test(first) || first === 'localhost') return { registry: first, repository: path };
  return { registry: 'docker.io', repository: `${first}/${path}` };
}
