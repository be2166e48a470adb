import { buffer } from 'node:stream/consumers';
import { randomId } from '../../base/ids.ts';
import { labels } from '../../model/names.ts';
import { failure } from '../../model/failures.ts';
import {
  createContainer,
  deleteContainer,
  readLog,
  startContainer,
  watchNextExit,
} from '../../tools/docker-containers.ts';
import { commitContainer, splitTag, unpackInto } from '../../tools/docker-images.ts';
import { packedVersion, packNpm } from '../../tools/npm.ts';
import { writeTar, type TarMember } from '../../tools/tar.ts';
import type { Making } from './making.ts';
import { nodeEntrypoint, nodeParts, nodeSetup, type NodePart } from './node-setup.ts';
import type { NodeRecipe } from './recipes.ts';

interface Fetched extends NodePart {
  /** Path of the archive. */
  readonly archive: string;
}

/**
 * Makes a Node image in a container upon Debian: archives of npm packages are unpacked into it, a script puts the files
 * where the official image has them, and the container becomes the image. No build cache is left behind by it.
 */
export async function makeNode(recipe: NodeRecipe, making: Making): Promise<void> {
  making.out.detail(`Downloading Node ${recipe.major} and npm ${recipe.npm}`);
  const parts: Fetched[] = [];
  for (const part of nodeParts(recipe, process.arch)) parts.push(await fetchPart(part, making));
  const container = making.names.baseBuild(randomId());
  making.out.detail('Installing');
  try {
    await createContainer(making.docker, container, {
      Image: making.base,
      Entrypoint: ['sh', '-c', nodeSetup(parts)],
      HostConfig: { NetworkMode: 'none' },
    });
    await fill(container, parts, making);
    await runSetup(container, making);
    // From here on it takes a second or two: it is not stopped half-way, so that there is a whole image or none.
    await commitContainer(making.docker, container, {
      ...splitTag(making.tag),
      config: {
        Env: [`NODE_VERSION=${nodeVersion(parts)}`],
        Entrypoint: ['docker-entrypoint.sh'],
        Cmd: ['node'],
        Labels: { [labels.base]: 'packages', [labels.recipe]: making.name },
      },
    });
  } finally {
    await deleteContainer(making.docker, container);
  }
}

async function fetchPart(part: NodePart, { folder, signal }: Making): Promise<Fetched> {
  return { ...part, archive: await packNpm(part.spec, { folder, signal }) };
}

async function fill(container: string, parts: readonly Fetched[], making: Making): Promise<void> {
  const { docker, signal } = making;
  await unpackInto(docker, container, {
    folder: '/',
    archive: await buffer(writeTar(skeleton(parts))),
    signal,
  });
  for (const part of parts)
    await unpackInto(docker, container, { folder: part.unpacked, archive: part.archive, signal });
}

/** Docker unpacks only into folders that are there. */
async function* skeleton(parts: readonly NodePart[]): AsyncGenerator<TarMember> {
  yield { kind: 'folder', path: 'slipway' };
  for (const part of parts) yield { kind: 'folder', path: part.unpacked.slice(1) };
  yield {
    kind: 'file',
    path: 'usr/local/bin/docker-entrypoint.sh',
    executable: true,
    content: Buffer.from(nodeEntrypoint),
  };
}

async function runSetup(container: string, making: Making): Promise<void> {
  const { docker, signal, name } = making;
  const exit = await watchNextExit(docker, container, signal);
  await startContainer(docker, container);
  const code = await exit.code;
  if (code === 0) return;
  const detail: string[] = [];
  await readLog(docker, container, { tail: 15, onLine: (line) => detail.push(line.text) });
  throw failure('E_IMAGE_UNAVAILABLE', `${name} could not be made: its setup ended with ${code}`, { detail });
}

function nodeVersion(parts: readonly Fetched[]): string {
  const node = parts.find((part) => part.home === undefined);
  return node ? packedVersion(node.archive) : '';
}
