import { labels } from '../../src/model/names.ts';
import { Docker } from '../../src/tools/docker.ts';

export interface Traces {
  /** Ids of containers, running or not. */
  readonly containers: readonly string[];
  /** Tags of the images of its apps. */
  readonly images: readonly string[];
}

/** What an instance has in Docker: all that a failed deploy must leave as it was. */
export async function instanceTraces(instance: string): Promise<Traces> {
  const docker = new Docker('/var/run/docker.sock');
  try {
    const list = async <T>(path: string, query: Record<string, string | boolean>) =>
      (await docker.json('GET', path, { query })) as T[];
    const ours = JSON.stringify({ label: [`${labels.instance}=${instance}`] });
    const tagged = JSON.stringify({ reference: [`slipway/${instance}/*`] });
    const containers = await list<{ Id: string }>('/containers/json', { all: true, filters: ours });
    const images = await list<{ RepoTags: string[] }>('/images/json', { filters: tagged });
    return {
      containers: containers.map(({ Id }) => Id).sort(),
      images: images.flatMap(({ RepoTags }) => RepoTags).sort(),
    };
  } finally {
    docker.close();
  }
}
