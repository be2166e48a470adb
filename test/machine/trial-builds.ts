import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Failure } from '../../src/base/failure.ts';
import { randomId } from '../../src/base/ids.ts';
import type { BuildRequest, Images } from '../../src/builder/builder.ts';
import type { DockerfileParts } from '../../src/builder/build-dockerfile.ts';
import { PackBuilder } from '../../src/builder/buildpacks/pack-builder.ts';
import { DetectBuilder } from '../../src/builder/detect/detect-builder.ts';
import { DockerfileBuilder } from '../../src/builder/dockerfile.ts';
import { LimitedBuilds } from '../../src/builder/limited-builds.ts';
import { inspectImage } from '../../src/builder/inspect-image.ts';
import { type BuildLimits, defaultBuildMemory } from '../../src/model/build-limits.ts';
import { noWishes } from '../../src/model/build-wishes.ts';
import { failure } from '../../src/model/failures.ts';
import { outTo, type Line } from '../../src/model/line.ts';
import { Docker, DockerError } from '../../src/tools/docker.ts';
import { makeTree } from './file-tree.ts';

/** As where nobody set anything. */
const limits: BuildLimits = {
  all: { memory: defaultBuildMemory(totalmem()), cpus: null },
  own: { memory: null, cpus: null },
};

/** A build that can be started, and the lines that it wrote. */
export interface TrialBuild {
  readonly tree: string;
  readonly lines: Line[];
  readonly request: BuildRequest;
}

type BuildChange = Partial<BuildRequest> & { readonly onLine?: (line: Line) => void };

/** Builds of small trees in the machine's Docker, of an instance of their own; `close` removes their images. */
export class TrialBuilds {
  readonly docker = new Docker('/var/run/docker.sock');
  readonly instance = `t${randomId(7)}`;
  readonly root = mkdtempSync(join(tmpdir(), 'slipway-build-'));
  /** The base images that builds asked for. */
  readonly asked: string[] = [];
  readonly #references = new Set<string>();

  /** A builder that takes base images from this machine only. */
  builder(extraCa: readonly string[] = [], docker = this.docker): DockerfileBuilder {
    return new DockerfileBuilder(this.#parts(extraCa, docker));
  }

  /** The same, its builds limited in another way. */
  limitedBy(builds: LimitedBuilds): DockerfileBuilder {
    return new DockerfileBuilder({ ...this.#parts([], this.docker), builds });
  }

  /** One that finds out what a tree is; with the certificates that this machine's own programs trust. */
  detecting(): DetectBuilder {
    return new DetectBuilder(this.#parts(machineCa(), this.docker));
  }

  /** One that asks the program pack. */
  packing(workFolder: string): PackBuilder {
    return new PackBuilder({
      ...this.#parts([], this.docker),
      dockerSocket: '/var/run/docker.sock',
      workFolder,
    });
  }

  #parts(extraCa: readonly string[], docker: Docker): DockerfileParts {
    const ensure: Images['ensure'] = async (reference) => {
      this.asked.push(reference);
      const image = await inspectImage(this.docker, reference);
      if (!image) throw failure('E_IMAGE_UNAVAILABLE', `${reference} is not here`);
      return { ...image, name: reference };
    };
    const reachable = () => Promise.resolve(false);
    const hashKey = () => Buffer.from('test');
    const builds = new LimitedBuilds(docker, pino({ level: 'silent' }));
    const images = { ensure, reachable } as Partial<Images> as Images;
    return { docker, builds, images, extraCa, hashKey };
  }

  tree(files: Readonly<Record<string, string>>): string {
    return makeTree(mkdtempSync(join(this.root, 'tree-')), files);
  }

  /** A build of a tree's folder, or of files: path -> content. */
  of(source: Readonly<Record<string, string>> | string, { onLine, ...change }: BuildChange = {}): TrialBuild {
    const tree = typeof source === 'string' ? source : this.tree(source);
    const lines: Line[] = [];
    const out = outTo((line) => {
      lines.push(line);
      onLine?.(line);
    });
    const reference = `slipway-test/${this.instance}-${randomId()}:1`;
    this.#references.add(reference);
    const labels = { 'slipway.instance': this.instance };
    const plain = {
      app: 'shop',
      deploy: 1,
      config: {},
      wishes: noWishes,
      procfile: null,
      dockerfile: 'Dockerfile',
      target: null,
      buildArgs: {},
      cacheScope: `slipway-${this.instance}`,
      limits,
      signal: new AbortController().signal,
    };
    return { tree, lines, request: { ...plain, tree, reference, labels, out, ...change } };
  }

  /** What a command prints in a container of the image. */
  async outputOf(image: string, ...command: string[]): Promise<string> {
    const labels = { 'slipway.instance': this.instance };
    const body = { Image: image, Cmd: command, Tty: true, NetworkDisabled: true, Labels: labels };
    const { Id } = (await this.docker.json('POST', '/containers/create', { body })) as { Id: string };
    try {
      await this.docker.json('POST', `/containers/${Id}/start`);
      await this.docker.json('POST', `/containers/${Id}/wait`);
      const query = { stdout: true, stderr: true };
      const log = await this.docker.stream('GET', `/containers/${Id}/logs`, { query });
      return Buffer.concat(await log.toArray())
        .toString()
        .replaceAll('\r\n', '\n');
    } finally {
      await this.docker.json('DELETE', `/containers/${Id}`, { query: { force: true } });
    }
  }

  async close(): Promise<void> {
    for (const reference of this.#references) {
      await this.docker.json('DELETE', `/images/${reference}`).catch(ignoreMissing);
    }
    rmSync(this.root, { recursive: true, force: true });
    this.docker.close();
  }
}

/** The failure that a piece of work ends with; anything else is thrown. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error: unknown = await work.then(
    () => assert.fail('it did not fail'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failure)) throw error;
  return error;
}

/** The texts of the lines that tell of steps and their output. */
export function detailsOf(lines: readonly Line[]): string[] {
  return lines.filter(({ kind }) => kind === 'detail').map(({ text }) => text);
}

/** Files with the certificates that this machine's own programs trust besides the usual ones. */
export function machineCa(): string[] {
  const folder = '/usr/local/share/ca-certificates';
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.crt'))
        .map((name) => join(folder, name))
    : [];
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof DockerError) || error.status !== 404) throw error;
}
