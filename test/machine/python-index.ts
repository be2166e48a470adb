import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { retryUntil } from '../../src/base/retry.ts';
import { writeFileCommand } from '../../src/builder/detect/plan-dockerfile.ts';
import type { LayerRecipe } from '../../src/builder/images/recipe.ts';
import { labels } from '../../src/model/names.ts';
import type { Docker } from '../../src/tools/docker.ts';
import {
  createContainer,
  deleteContainer,
  runInside,
  startContainer,
} from '../../src/tools/docker-containers.ts';
import { addressOf, packageImage } from './package-image.ts';

/** The distribution's packages that the index has, with all that they depend on. */
const packages = [
  'gunicorn',
  'pipenv',
  'python3-dotenv',
  'python3-django',
  'python3-fastapi',
  'python3-flask',
  'python3-pdm',
  'python3-poetry',
  'python3-setuptools',
  'python3-wheel',
  'python3-whitenoise',
  'uvicorn',
];

const recipe: LayerRecipe = {
  kind: 'layer',
  base: 'python:3.11-slim-bookworm',
  packages,
  files: [
    { path: 'srv/pack.py', text: readFileSync(join(import.meta.dirname, 'python-index/pack.py'), 'utf8') },
  ],
  setup: ['python /srv/pack.py', 'ls /srv/simple/flask'],
  config: { Cmd: ['python', '-m', 'http.server', '--directory', '/srv', '8000'] },
};

/**
 * Where no PyPI can be reached: a simple index of the wheels that pack.py makes from the distribution's packages, served
 * in Docker's own network, where builds are. Its image is made once on a machine and shared by all runs.
 */
export class PythonIndex {
  readonly #docker: Docker;
  readonly #container: string;
  readonly #address: string;

  private constructor(docker: Docker, container: string, address: string) {
    this.#docker = docker;
    this.#container = container;
    this.#address = address;
  }

  static async start(docker: Docker, instance: string): Promise<PythonIndex> {
    const Image = await packageImage(docker, 'python-index', recipe);
    const container = await createContainer(docker, `slipway-test-${instance}-index`, {
      Image,
      Labels: { [labels.instance]: instance },
    });
    await startContainer(docker, container);
    const index = new PythonIndex(docker, container, await addressOf(docker, container));
    await index.#answers();
    return index;
  }

  /** What makes pip take it. */
  get config(): Readonly<Record<string, string>> {
    return { PIP_INDEX_URL: this.url, PIP_TRUSTED_HOST: this.#address };
  }

  get url(): string {
    return `http://${this.#address}:8000/simple`;
  }

  /** The lock file that one of the distribution's package managers makes of a manifest; it is the index's own container. */
  async lock(files: Readonly<Record<string, string>>, command: string, lock: string): Promise<string> {
    const writing = Object.entries(files).map(([path, text]) => writeFileCommand(`$PWD/${path}`, text));
    const script = ['cd $(mktemp -d)', ...writing, command, `base64 -w0 ${lock}`].join(' && ');
    const signal = AbortSignal.timeout(120_000);
    const run = await runInside(this.#docker, this.#container, { argv: ['sh', '-c', script], signal });
    if (run.exitCode !== 0) throw new Error(run.lines.join('\n'));
    return Buffer.from(run.lines.at(-1) ?? '', 'base64').toString();
  }

  stop(): Promise<void> {
    return deleteContainer(this.#docker, this.#container);
  }

  async #answers(): Promise<void> {
    const asked = async () => ((await fetch(this.url).catch(() => undefined))?.ok ? true : undefined);
    const ready = await retryUntil(asked, { firstPause: 20, maxPause: 200, timeout: 20_000 });
    if (!ready) throw new Error(`The index of Python packages does not answer at ${this.url}`);
  }
}
