import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../src/base/failure.ts';
import { randomId } from '../../src/base/ids.ts';
import { retryUntil } from '../../src/base/retry.ts';
import { DockerImages, type DockerImagesOptions } from '../../src/builder/images/images.ts';
import type { ImageSettings } from '../../src/model/image-settings.ts';
import { outTo, type Line, type Out } from '../../src/model/line.ts';
import { Names } from '../../src/model/names.ts';
import { Docker } from '../../src/tools/docker.ts';
import {
  attachOutput,
  containersNamed,
  createContainer,
  deleteContainer,
  startContainer,
  watchNextExit,
} from '../../src/tools/docker-containers.ts';
import { deleteImage } from '../../src/tools/docker-images.ts';

/** Images under names of one test run, so that the shared ones are not touched. */
export class TrialImages {
  readonly docker = new Docker('/var/run/docker.sock');
  readonly names: Names;
  readonly prefix: string;
  readonly workFolder: string;

  constructor(id: string, workFolder: string) {
    this.names = new Names(id);
    this.prefix = `slipway-test-${id}`;
    this.workFolder = workFolder;
  }

  static async open(): Promise<TrialImages> {
    return new TrialImages(`t${randomId(7)}`, await mkdtemp(join(tmpdir(), 'slipway-images-')));
  }

  /** Removes all that the run made; images of a registry of the run too, by its host. */
  async close(registry = this.prefix): Promise<void> {
    for (const container of await containersNamed(this.docker, `${this.prefix}-`))
      await deleteContainer(this.docker, container);
    for (const tag of await this.tags(registry)) await deleteImage(this.docker, tag);
    for (const id of await this.#replaced(registry)) await deleteImage(this.docker, id);
    this.docker.close();
    await rm(this.workFolder, { recursive: true, force: true });
  }

  /** What was pulled of a registry and has no name any more. */
  async #replaced(registry: string): Promise<string[]> {
    const all = (await this.docker.json('GET', '/images/json')) as {
      Id: string;
      RepoDigests: string[] | null;
    }[];
    const isFrom = (digest: string) => digest.startsWith(`${registry}/`);
    return all.filter((image) => image.RepoDigests?.some(isFrom)).map((image) => image.Id);
  }

  /** From packages, under names of the run, unless told otherwise. */
  images({
    source = 'packages',
    mirror = null,
    prefix: before = null,
    ...options
  }: Partial<DockerImagesOptions & ImageSettings> = {}): DockerImages {
    const { docker, names, workFolder, prefix } = this;
    return new DockerImages({
      docker,
      names,
      workFolder,
      settings: () => ({ source, mirror, prefix: before }),
      nameFor: (name) => `${prefix}/${name}`,
      ...options,
    });
  }

  async tags(registry = this.prefix): Promise<string[]> {
    const all = (await this.docker.json('GET', '/images/json')) as { RepoTags: string[] | null }[];
    const tags = all.flatMap((image) => image.RepoTags ?? []);
    return tags
      .filter((tag) => tag.startsWith(`${this.prefix}/`) || tag.startsWith(`${registry}/`))
      .toSorted();
  }

  /** Runs a container of an image to its end; gives what it printed. */
  async printed(image: string, ...Cmd: string[]): Promise<string> {
    const name = `${this.prefix}-${randomId()}`;
    const container = await createContainer(this.docker, name, {
      Image: image,
      Cmd,
      HostConfig: { NetworkMode: 'none' },
    });
    try {
      const lines: string[] = [];
      const { end } = await attachOutput(this.docker, container, (line) => lines.push(line));
      const exit = await watchNextExit(this.docker, container);
      await startContainer(this.docker, container);
      await end;
      assert.equal(await exit.code, 0, lines.join('\n'));
      return lines.join('\n');
    } finally {
      await deleteContainer(this.docker, container);
    }
  }

  /** Of images in the making, no file, container or program is left. */
  async assertNothingLeft(): Promise<void> {
    assert.deepEqual(await readdir(this.workFolder), []);
    assert.deepEqual(await containersNamed(this.docker, this.names.baseBuild('')), []);
    const gone = await retryUntil(
      async () => ((await programsWith(this.workFolder)) === 0 ? true : undefined),
      {
        firstPause: 20,
        maxPause: 200,
        timeout: 10_000,
      },
    );
    assert.ok(gone, 'a program that was started for the image still runs');
  }
}

/** Work whose lines are kept. */
export function watched(): { lines: Line[]; out: Out; signal: AbortSignal } {
  const lines: Line[] = [];
  return { lines, out: outTo((line) => lines.push(line)), signal: new AbortController().signal };
}

/** Work that is stopped when a line of this text comes, with the error "stopped by the test". */
export function stoppedAt(pattern: RegExp): ReturnType<typeof watched> {
  const lines: Line[] = [];
  const stop = new AbortController();
  const out = outTo((line) => {
    lines.push(line);
    if (pattern.test(line.text)) setImmediate(() => stop.abort(new Error('stopped by the test')));
  });
  return { lines, out, signal: stop.signal };
}

/** For assert.rejects: a Failure of this code and message. */
export function failsWith(code: string, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Failure, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };
}

async function programsWith(text: string): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const files = pids.flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`]);
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return texts.filter((found) => found.includes(text)).length;
}
