import { z } from 'zod';
import { randomId } from '../src/base/ids.ts';
import { labels } from '../src/model/names.ts';
import { Docker } from '../src/tools/docker.ts';
import { appSource } from '../test/machine/app-source.ts';
import { pushedChange, sandboxWith } from '../test/machine/language-story.ts';
import { PythonIndex } from '../test/machine/python-index.ts';
import { debianGems, vendored } from '../test/machine/ruby-gems.ts';
import { median } from './measure.ts';

/*
 * Apps of test/apps pushed without a Dockerfile, each first and then with a changed line: how long their builds took, and
 * what the image has beside the one that it is based on. At first an app's caches and its code are new; base images are
 * there, and what no build of this app alone makes: the distribution's packages, once another run has installed them.
 */
const rounds = Number(process.argv[2] ?? 3);
const wanted = process.argv.slice(3);

/** What is shown, the app, and the file of code that changes. */
const apps: readonly (readonly [string, string, string])[] = [
  ['Node: Express, npm, a build script', 'node-npm', 'server.js'],
  ['Node: Fastify, npm, no build', 'node-fastify', 'server.js'],
  ['Node: pnpm, 2 workspaces', 'node-pnpm', 'packages/web/server.js'],
  ['Node: yarn 1', 'node-yarn1', 'server.js'],
  ['Node: yarn 4', 'node-yarn4', 'server.js'],
  ['Node: bun', 'node-bun', 'server.js'],
  ['Node: NestJS', 'node-nest', 'src/main.ts'],
  ['Node: Next.js, standalone', 'node-next', 'app/page.js'],
  ['Node: SvelteKit, adapter-node', 'node-svelte', 'src/routes/+page.svelte'],
  ['Pages: Astro', 'node-astro', 'src/pages/index.astro'],
  ['Pages: Vite and React', 'node-vite-react', 'src/main.jsx'],
  ['Pages: Vite and Vue', 'node-vue', 'src/App.vue'],
  ['Pages: HTML as it is', 'static-plain', 'index.html'],
  ['Python: Flask, gunicorn', 'python-flask', 'app.py'],
  ['Python: FastAPI, uvicorn', 'python-fastapi', 'main.py'],
  ['Python: Django, collectstatic, WhiteNoise', 'python-django', 'shop/urls.py'],
  ['Ruby: Rack, WEBrick', 'ruby-rack', 'lib/greeting.rb'],
  ['PHP: plain', 'php-plain', 'index.php'],
  ['PHP: Composer, Node builds pages', 'php-composer', 'src/Page.php'],
  ['Go: net/http', 'go-http', 'main.go'],
  ['Rust: std', 'rust-http', 'src/main.rs'],
  ['Java: Maven, no dependencies', 'java-maven', 'src/main/java/hello/Server.java'],
  ['Elixir: a release', 'elixir-http', 'lib/hello.ex'],
  ['Deno', 'deno-http', 'main.ts'],
];

const images = [
  'caddy:2',
  'composer:2',
  'debian:bookworm-slim',
  'denoland/deno:2',
  'eclipse-temurin:17-jre',
  'elixir:1.14-slim',
  'golang:1.19-bookworm',
  'maven:3-eclipse-temurin-17',
  'node:22-bookworm-slim',
  'oven/bun:1-slim',
  'php:8.2-apache',
  'php:8.2-cli',
  'python:3.11-slim-bookworm',
  'ruby:3.1-slim-bookworm',
  'rust:1.63-slim-bookworm',
];

const deploy = z.object({ steps: z.array(z.object({ name: z.string(), milliseconds: z.number() })) });
const containers = z.array(z.object({ ImageID: z.string() }));
const sized = z.object({ Size: z.number() });

const docker = new Docker('/var/run/docker.sock');
const sandbox = await sandboxWith(images);
try {
  await measureAll();
} finally {
  await sandbox.stop();
  docker.close();
}

async function measureAll(): Promise<void> {
  const index = await PythonIndex.start(docker, sandbox.instance);
  try {
    const config = Object.entries(index.config).map(([name, value]) => `${name}=${value}`);
    await sandbox.ok('config:set', '--global', ...config, 'DJANGO_SECRET_KEY=none');
    const chosen = apps.filter(([, app]) => wanted.length === 0 || wanted.includes(app));
    console.log('| app | first build | code-only change | image | its base |\n|---|---|---|---|---|');
    for (const [title, app, file] of chosen)
      console.log(`| ${title} | ${(await row(app, file)).join(' | ')} |`);
  } finally {
    await index.stop();
  }
}

async function row(app: string, file: string): Promise<readonly string[]> {
  const source = {
    ...(await appSource(app)),
    ...(app === 'ruby-rack' ? vendored(await debianGems(docker)) : {}),
  };
  const changed = () => ({ [file]: `${source[file]}${comment(file)}` });
  const repository = await sandbox.repository({ ...source, ...changed() });
  const { code, output } = await sandbox.push(repository, app);
  if (code !== 0) throw new Error(output);
  const first = await buildSeconds(app);
  const again: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await pushedChange(sandbox, { app, repository, files: changed() });
    again.push(await buildSeconds(app));
  }
  const base = await baseOf(app);
  const sizes = [await megabytes(await imageOf(app)), `\`${base}\`, ${await megabytes(base)}`];
  return [`${first.toFixed(1)} s`, `${median(again).toFixed(2)} s`, ...sizes];
}

/** A line that is new each time and says nothing to the program. */
function comment(file: string): string {
  const id = randomId();
  if (/\.(html|svelte|vue|astro)$/.test(file)) return `<!-- ${id} -->\n`;
  return /\.(py|rb|ex)$/.test(file) ? `# ${id}\n` : `// ${id}\n`;
}

async function buildSeconds(app: string): Promise<number> {
  const { steps } = deploy.parse(JSON.parse(await sandbox.ok('builds:info', app, '--format', 'json')));
  return (steps.find(({ name }) => name === 'build')?.milliseconds ?? Number.NaN) / 1000;
}

/** The image that the last stage of the plan is built upon. */
async function baseOf(app: string): Promise<string> {
  const text = await sandbox.ok('builder:plan', app, '--dockerfile');
  const stages = [...text.matchAll(/^FROM (\S+)(?: AS (\S+))?$/gm)].map(([, from = '', name = '']) => ({
    from,
    name,
  }));
  let base = stages.at(-1)?.from;
  for (const { from, name } of stages.toReversed()) if (name === base) base = from;
  return base ?? '';
}

/** The one that its process runs now. */
async function imageOf(app: string): Promise<string> {
  const label = [`${labels.instance}=${sandbox.instance}`, `${labels.app}=${app}`];
  const query = { filters: JSON.stringify({ label, status: ['running'] }) };
  const [newest] = containers.parse(await docker.json('GET', '/containers/json', { query }));
  return newest?.ImageID ?? '';
}

async function megabytes(image: string): Promise<string> {
  return `${Math.round(sized.parse(await docker.json('GET', `/images/${image}/json`)).Size / 1e6)} MB`;
}
