import { Docker } from '../../src/tools/docker.ts';
import { labels } from '../../src/model/names.ts';

interface Listed {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
}

/** Removes the containers, networks and images of one test instance, found by its label, and nothing else. */
export async function removeInstance(instance: string, socket = '/var/run/docker.sock'): Promise<void> {
  const docker = new Docker(socket);
  const filters = JSON.stringify({ label: [`${labels.instance}=${instance}`] });
  try {
    for (const { Id } of await list(docker, '/containers/json', { all: true, filters })) {
      await docker.json('DELETE', `/containers/${Id}`, { query: { force: true, v: true } }).catch(() => {});
    }
    for (const { Id } of await list(docker, '/networks', { filters })) {
      await docker.json('DELETE', `/networks/${Id}`).catch(() => {});
    }
    const { Volumes } = (await docker.json('GET', '/volumes', { query: { filters } })) as {
      Volumes: readonly { readonly Name: string }[] | null;
    };
    for (const { Name } of Volumes ?? []) await docker.json('DELETE', `/volumes/${Name}`).catch(() => {});
    const tagged = JSON.stringify({ reference: [`slipway/${instance}/*`] });
    const images = await list(docker, '/images/json', { filters: tagged });
    const tags = images
      .flatMap((image) => image.RepoTags ?? [])
      .filter((tag) => tag.startsWith(`slipway/${instance}/`));
    for (const tag of tags) await docker.json('DELETE', `/images/${tag}`).catch(() => {});
    const dangling = JSON.stringify({ label: [`${labels.instance}=${instance}`], dangling: ['true'] });
    for (const { Id } of await list(docker, '/images/json', { filters: dangling })) {
      await docker.json('DELETE', `/images/${Id}`).catch(() => {});
    }
  } finally {
    docker.close();
  }
}

async function list(
  docker: Docker,
  path: string,
  query: Record<string, string | boolean>,
): Promise<readonly Listed[]> {
  return (await docker.json('GET', path, { query })) as readonly Listed[];
}
