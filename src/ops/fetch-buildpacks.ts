import type { Readable } from 'node:stream';
import type { Buildpack } from '../builder/builder.ts';
import { parseBuildpack, type BuildpackSource } from '../model/buildpack.ts';
import { failure } from '../model/failures.ts';
import { parseRepository } from '../model/repository-address.ts';
import type { DeployWork } from './deploy-work.ts';
import type { Deps } from './deps.ts';
import { credentialFor } from './git-remotes.ts';

/**
 * Fetches buildpacks, does some work with them and lets go of them again. Throws E_INPUT for what is no buildpack,
 * E_DOWNLOAD for one that cannot be had.
 */
export async function withBuildpacks<T>(
  deps: Deps,
  { names, work }: { readonly names: readonly string[]; readonly work: DeployWork },
  use: (buildpacks: readonly Buildpack[]) => Promise<T>,
): Promise<T> {
  const fetched: Fetched[] = [];
  try {
    for (const name of names) {
      work.out.detail(`Fetching ${name}`);
      fetched.push(await fetchOne(deps, work, known(name)));
    }
    return await use(fetched);
  } finally {
    for (const { remove } of fetched) await remove();
  }
}

interface Fetched extends Buildpack {
  remove(): Promise<void>;
}

function known(name: string): BuildpackSource {
  const source = parseBuildpack(name);
  if (source) return source;
  throw failure('E_INPUT', `.buildpacks: ${JSON.stringify(name.slice(0, 200))} is no buildpack`, {
    hint: 'a line is a short name such as heroku/ruby, the address of a git repository with #REF or without, or that of a .tgz',
  });
}

async function fetchOne(deps: Deps, { signal }: DeployWork, source: BuildpackSource): Promise<Fetched> {
  const { text: name, url, ref } = source;
  if (source.kind === 'archive') return downloaded(name, await deps.sources.download(url, signal));
  const address = parseRepository(url);
  const credential = address && credentialFor(deps, address);
  const repository = await deps.doors.fetchRepository(url, { ref, credential, signal });
  return { name, type: 'tar', archive: () => repository.archive(), remove: () => repository.remove() };
}

function downloaded(name: string, archive: Readable): Fetched {
  return {
    name,
    type: 'tar.gz',
    archive: () => archive,
    remove: async () => void archive.destroy(),
  };
}
