import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appSource } from '../../../../test/machine/app-source.ts';
import { planOf, type Files } from '../../../../test/machine/plan-of.ts';
import type { BuildPlan } from '../plan.ts';
import { planDockerfile } from '../plan-dockerfile.ts';
import { staticStart } from '../static-server.ts';

/** The Dockerfile of a plan, without the mounts and what reads the config: what is left is what it does. */
function stepsOf(plan: BuildPlan): string {
  return planDockerfile(plan)
    .replaceAll(/^(ARG|WORKDIR) .*\n/gm, '')
    .replaceAll(/^RUN id -u .*\n/gm, '')
    .replaceAll(/ --mount=\S+| if \[ -f .*? fi;/g, '');
}

const server = (manifest: object, files: Files = {}) =>
  planOf({ 'package.json': manifest, 'server.js': '', ...files });

test('Packages and build stand beside each other; what runs has neither dev dependencies nor tools.', async () => {
  const plan = planOf(await appSource('node-npm'));
  assert.equal(plan.framework, 'Express');
  assert.deepEqual([plan.start, plan.warnings, plan.ignore], ['node server.js', [], ['**/node_modules']]);
  assert.equal(
    stepsOf(plan),
    `FROM node:22-bookworm-slim AS tools
ENV CI=true HUSKY=0 NODE_ENV=production NPM_CONFIG_UPDATE_NOTIFIER=false PATH="/app/node_modules/.bin:$PATH"

FROM tools AS deps
COPY package.json package-lock.json /app/
RUN npm ci --include=dev --prefer-offline --no-audit --no-fund && mkdir -p /app/node_modules

FROM deps AS prod
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund && mkdir -p /app/node_modules

FROM tools AS build
COPY . /app/
RUN npm run build && mkdir /built && cp -ax /app /built/

FROM node:22-bookworm-slim AS runtime
ENV NODE_ENV=production PATH="/app/node_modules/.bin:$PATH"
COPY --from=prod /app/node_modules /app/node_modules
COPY --from=build --chown=1000:1000 /built/app /app
USER 1000:1000
CMD ["node","server.js"]
`,
  );
});

test('The build sees the config and the packages; the install sees only what package managers log in with.', async () => {
  const text = planDockerfile(planOf(await appSource('node-npm')));
  const build = /^RUN .*npm run build && /m.exec(text)?.[0] ?? '';
  assert.match(build, /type=bind,from=deps,source=\/app\/node_modules,target=\/app\/node_modules,rw/);
  assert.match(build, /id=slipway-config/);
  assert.match(/^RUN .*npm ci.*$/m.exec(text)?.[0] ?? '', /target=\/root\/\.npm .*id=slipway-install/);
});

test('Without a build only what runs is installed; without packages nothing is.', async () => {
  const fastify = stepsOf(planOf(await appSource('node-fastify')));
  assert.match(fastify, /RUN npm ci --omit=dev /);
  assert.match(fastify, /COPY --from=deps \S+ \S+\nCOPY --chown=1000:1000 \. \/app\/\n/);
  const bare = server({});
  assert.deepEqual(
    bare.stages.map(({ name }) => name),
    ['runtime'],
  );
  assert.equal(bare.start, 'node server.js');
});

test('A standalone build of Next.js is copied alone, with its pages and public files.', async () => {
  const files = await appSource('node-next');
  const plan = planOf({ ...files, 'public/robots.txt': '' });
  assert.equal(plan.framework, 'Next.js');
  assert.equal(plan.start, 'node server.js');
  assert.equal(
    stepsOf(plan).split('\n\n').at(-1),
    `FROM node:22-bookworm-slim AS runtime
ENV NODE_ENV=production PATH="/app/node_modules/.bin:$PATH" HOSTNAME=0.0.0.0 NEXT_TELEMETRY_DISABLED=1
COPY --from=build --chown=1000:1000 /app/.next/standalone /app
COPY --from=build --chown=1000:1000 /app/.next/static /app/.next/static
COPY --from=build --chown=1000:1000 /app/public /app/public
USER 1000:1000
CMD ["node","server.js"]
`,
  );
  assert.match(planDockerfile(plan), /type=cache,target=\/app\/\.next\/cache .*npm run build/);
  const usual = planOf({ ...files, 'next.config.mjs': 'export default {}' });
  assert.equal(usual.start, 'next start -p $PORT');
  const pages = planOf({ ...files, 'next.config.mjs': "export default { output: 'export' }" });
  assert.equal(pages.start, staticStart);
});

/** Folder of the pages that a framework's package makes of a source; undefined: it is a server. */
function pagesOf(packages: readonly string[], build: string, files: Files = {}): string | undefined {
  const dependencies = Object.fromEntries(packages.map((name) => [name, '1']));
  const plan = planOf({ 'package.json': { scripts: { build }, dependencies }, ...files });
  return /^COPY --from=build \/app\/(\S+) \/srv$/m.exec(planDockerfile(plan))?.[1];
}

test('Pages are served from where their framework puts them.', () => {
  assert.equal(pagesOf(['vite'], 'vite build'), 'dist');
  assert.equal(pagesOf(['vue', 'vite'], 'tsc && vite build --outDir public'), 'public');
  assert.equal(pagesOf(['vite'], 'vite build', { 'vite.config.ts': "build: { outDir: 'www' }" }), 'www');
  assert.equal(pagesOf(['astro'], 'astro build'), 'dist');
  assert.equal(pagesOf(['react-scripts'], 'react-scripts build'), 'build');
  assert.equal(pagesOf(['gatsby'], 'gatsby build'), 'public');
  assert.equal(pagesOf(['vitepress'], 'vitepress build docs'), 'docs/.vitepress/dist');
  assert.equal(pagesOf(['@sveltejs/kit', '@sveltejs/adapter-static'], 'vite build'), 'build');
  assert.equal(pagesOf(['nuxt'], 'nuxt generate'), '.output/public');
  const angular = { projects: { shop: { architect: { build: { builder: '@angular/build:application' } } } } };
  assert.equal(pagesOf(['@angular/cli'], 'ng build', { 'angular.json': angular }), 'dist/shop/browser');
});

/** What starts an app with this package. */
function startOf(
  packages: readonly string[],
  scripts: object = { build: 'x' },
  files: Files = {},
): string | null {
  const dependencies = Object.fromEntries(packages.map((name) => [name, '1']));
  return planOf({ 'package.json': { scripts, dependencies }, ...files }).start;
}

test('The scaffold of SvelteKit installs by its manifests, and its pages are those of one page where it says so.', async () => {
  const svelte = await appSource('node-svelte');
  const plan = planOf(svelte);
  assert.equal(plan.start, 'node build');
  assert.match(stepsOf(plan), /AS deps\nCOPY package\.json package-lock\.json \/app\/\nRUN npm ci /);
  const manifest = { devDependencies: { '@sveltejs/kit': '2', '@sveltejs/adapter-static': '3' } };
  const pages = { 'package.json': { scripts: { build: 'vite build' }, ...manifest } };
  const reasons = (files: Files) => planOf({ ...pages, ...files }).reasons.join();
  assert.match(
    reasons({ 'vite.config.js': "adapter({ fallback: 'index.html' })" }),
    /unknown path gets index\.html/,
  );
  assert.doesNotMatch(reasons({}), /unknown path/);
});

test('A framework tells what starts its server, unless package.json does.', () => {
  assert.equal(startOf(['nuxt']), 'node .output/server/index.mjs');
  assert.equal(startOf(['@sveltejs/kit', '@sveltejs/adapter-node']), 'node build');
  assert.equal(startOf(['@react-router/dev']), 'react-router-serve ./build/server/index.js');
  assert.equal(startOf(['astro', '@astrojs/node']), 'node ./dist/server/entry.mjs');
  assert.equal(startOf(['@nestjs/core'], { build: 'nest build', start: 'nest start' }), 'node dist/main');
  assert.equal(startOf(['next'], { build: 'next build', start: 'node own.js' }), 'node own.js');
  // A server of one's own beside Vite's pages.
  assert.equal(startOf(['vite', 'express'], { build: 'vite build', start: 'node s.js' }), 'node s.js');
});

test('A framework without the adapter that makes a program is refused with its name, unless something else starts.', () => {
  const auto = ['@sveltejs/kit', '@sveltejs/adapter-auto'];
  const hint = /^run npm install @sveltejs\/adapter-node, import the adapter from it .* push again$/;
  assert.throws(() => startOf(auto), {
    code: 'E_NO_START',
    message: /SvelteKit .* @sveltejs\/adapter-node$/,
    hint,
  });
  const astro = {
    'astro.config.mjs': "export default { output: 'server' }",
    'pnpm-lock.yaml': "lockfileVersion: '9.0'",
  };
  const node = /^run pnpm add @astrojs\/node, .* adapter: node\(\{ mode: 'standalone' \}\), /;
  assert.throws(() => startOf(['astro'], { build: 'astro build' }, astro), {
    code: 'E_NO_START',
    hint: node,
  });
  assert.equal(startOf(auto, { start: 'node mine.js' }), 'node mine.js');
  assert.equal(startOf(auto, {}, { 'server.js': '' }), 'node server.js');
});

test('What app.json and the Procfile say wins.', () => {
  const files = {
    'package.json': { scripts: { build: 'x', start: 'node a.js' }, dependencies: { ms: '2' } },
  };
  const wished = planOf(files, {
    wishes: {
      install: 'make deps',
      build: 'make all',
      start: 'node b.js',
      version: '20',
      packages: { build: ['libvips-dev'], run: ['ffmpeg'] },
    },
  });
  const text = stepsOf(wished);
  assert.equal(wished.start, 'node b.js');
  assert.match(text, /COPY \. \/app\/\nRUN make deps && mkdir -p \/app\/node_modules\nRUN make all\n/);
  assert.match(text, /^FROM node:20-bookworm-slim AS tools\n.*\n.*libvips-dev/m);
  assert.match(text, /AS runtime\n.*\n.*ffmpeg/);
  const procfile = { web: 'npm start', worker: 'npm run build && node w.js' };
  assert.deepEqual(planOf(files, { procfile }).processes, {
    web: 'node a.js',
    worker: 'x && node w.js',
  });
  assert.match(planDockerfile(planOf(files, { wishes: { static: 'site' } })), /^COPY .*\/app\/site \/srv$/m);
});

test('The version is that of app.json, package.json, or a file of a version manager, in this order.', () => {
  const versionOf = (files: Files, version: string | null = null) => {
    const [found] = planOf(
      { 'package.json': {}, 'server.js': '', ...files },
      { wishes: { version } },
    ).versions;
    return [found?.version, found?.from];
  };
  const files = { '.nvmrc': 'lts/iron', '.tool-versions': 'nodejs 18.1.0' };
  assert.deepEqual(versionOf({ 'package.json': { engines: { node: '^22' } }, ...files }, '26'), [
    '26',
    'app.json',
  ]);
  assert.deepEqual(versionOf({ 'package.json': { engines: { node: '^22' } }, ...files }), [
    '22',
    'package.json',
  ]);
  assert.deepEqual(versionOf({ '.node-version': 'v22\n', ...files }), ['22', '.node-version']);
  assert.deepEqual(versionOf(files), ['20', '.nvmrc']);
  assert.deepEqual(versionOf({ 'package.json': { engines: { node: '>=16' } } }), ['24', 'package.json']);
  assert.equal(versionOf({})[0], '24');
});

test('A source that cannot be built is refused with what to mend.', () => {
  const refused = (files: Files) => {
    try {
      planOf(files);
    } catch (error) {
      const { code, message, hint } = error as { code: string; message: string; hint: string };
      return `${code}: ${message}; ${hint}`;
    }
    return assert.fail('it was planned');
  };
  assert.match(
    refused({ 'package.json': '{"name": }' }),
    /^E_BUILD_PLAN: package\.json cannot be read: .*; mend/,
  );
  assert.match(refused({ 'package.json': '' }), /^E_BUILD_PLAN: package\.json cannot be read/);
  assert.match(refused({ 'package.json': [] }), /^E_BUILD_PLAN: package\.json is not an object/);
  const unknown = { 'package.json': { engines: { node: '99' } }, 'server.js': '' };
  assert.match(
    refused(unknown),
    /Node 99, which is not to be had here; there is 26, 24, .*; ask for another/,
  );
  assert.match(refused({ 'package.json': { engines: { node: 'seven' } } }), /seven, which is no version/);
  const two = { 'package.json': {}, 'server.js': '', 'yarn.lock': '', 'package-lock.json': {} };
  assert.match(refused(two), /two lock files, package-lock\.json and yarn\.lock; .*git rm yarn\.lock/);
  assert.match(
    refused({ 'package.json': { scripts: { test: 'x' } } }),
    /^E_NO_START: .*; add a file Procfile/,
  );
  const odd = { 'package.json': { workspaces: ['*'] }, 'a b/package.json': {}, 'server.js': '' };
  assert.match(refused(odd), /^E_BUILD_PLAN: The workspace "a b" has a name that cannot be built/);
});

test('What will likely hurt is told.', () => {
  const warned = (manifest: object, files: Files = {}) =>
    server(manifest, files)
      .warnings.map(({ text }) => text)
      .join('\n');
  assert.equal(warned({}), '');
  assert.match(warned({ dependencies: { ms: '2' } }), /no lock file/);
  assert.match(warned({}, { 'node_modules/x/index.js': '' }), /node_modules is in the repository/);
  assert.match(warned({ dependencies: { puppeteer: '24' } }), /A browser is not in the image/);
  const typed = { scripts: { start: 'tsx server.ts' }, devDependencies: { tsx: '4' } };
  assert.match(warned(typed), /starts with tsx, which is among devDependencies/);
  assert.match(warned({ scripts: { start: 'node x', poststart: 'echo' } }), /does not hand SIGTERM on/);
});

test('Packages that are compiled find compilers, which are not in the image that runs.', () => {
  const { stages } = server({ dependencies: { bcrypt: '5' } }, { 'package-lock.json': {} });
  const packages = (name: string) => JSON.stringify(stages.find((stage) => stage.name === name));
  assert.match(packages('tools'), /g\+\+.*make.*python3/);
  assert.doesNotMatch(packages('runtime'), /g\+\+/);
});

test('A script of the install sees the source; one that writes into the packages keeps what it wrote.', () => {
  const locked = { 'package-lock.json': {} };
  const install = { scripts: { postinstall: 'node x.js', build: 'x' }, dependencies: { ms: '2' } };
  assert.match(stepsOf(server(install, locked)), /AS build\nCOPY \. \/app\/\nRUN npm ci /);
  const prisma = { scripts: { build: 'prisma generate' }, dependencies: { prisma: '6' } };
  const plan = server(prisma, { ...locked, 'prisma/schema.prisma': '' });
  assert.match(
    stepsOf(plan),
    /COPY prisma \/app\/prisma\/\nRUN npm ci .*\nCOPY \. \/app\/\nRUN npm run build\n/,
  );
  assert.deepEqual(
    plan.stages.map(({ name }) => name),
    ['tools', 'build', 'code', 'runtime'],
  );
});
