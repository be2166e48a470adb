import { isRecord, readJsonc, recordAt, textAt } from '../../manifest.ts';
import { buildText } from './build-script.ts';
import { dependsOn, scriptOf } from './package-json.ts';
import type { Project } from './project.ts';

/** What a framework makes of the source, and how that is served. */
export type Served =
  /** Finished pages; `fallback`: unknown paths get index.html. */
  | { readonly kind: 'pages'; readonly folder: string; readonly fallback: boolean }
  /** Next.js's folder with a server and just the packages that it needs. */
  | { readonly kind: 'standalone' }
  /** A program; null: which one, the framework does not say, or makes none without a package that `lacks` names. */
  | { readonly kind: 'server'; readonly start: string | null; readonly lacks?: Lacking };

/** What package.json has to depend on, and what more makes a framework use it. */
export interface Lacking {
  readonly name: string;
  readonly use: string;
}

/** A row of the table: how a framework is recognised by what package.json depends on, and what is special about it. */
export interface Framework {
  readonly name: string;
  readonly packages: readonly string[];
  /** A `start` of package.json as the scaffold has it, for work on the code: what is built is served otherwise. */
  readonly scaffold?: RegExp;
  serves(project: Project): Served;
  /** Variables of the build, and of the running app. */
  readonly buildEnv?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Folders of the source that a build uses again. */
  readonly caches?: readonly string[];
}

const server = (start: string | null): Served => ({ kind: 'server', start });
const lacking = (name: string, use: string): Served => ({
  kind: 'server',
  start: null,
  lacks: { name, use },
});
const pages = (folder: string, fallback: boolean): Served => ({ kind: 'pages', folder, fallback });

const svelteAdapter = lacking(
  '@sveltejs/adapter-node',
  'import the adapter from it where that is configured',
);
const astroAdapter = lacking(
  '@astrojs/node',
  "import node from it in the astro.config, with adapter: node({ mode: 'standalone' })",
);

const host = { HOST: '0.0.0.0' };
const hostname = { HOSTNAME: '0.0.0.0' };

/** The first whose package is there wins: those that are built upon others come before them. */
const frameworks: readonly Framework[] = [
  {
    name: 'Next.js',
    packages: ['next'],
    scaffold: /^next (start|dev)\b/,
    buildEnv: { NEXT_TELEMETRY_DISABLED: '1' },
    env: { ...hostname, NEXT_TELEMETRY_DISABLED: '1' },
    caches: ['.next/cache'],
    serves: (project) => {
      const config = configText(project, 'next.config');
      const output = settingIn(config, 'output');
      if (output === 'export') return pages(settingIn(config, 'distDir') ?? 'out', false);
      const isPlain = project.workspaces.length === 0 && settingIn(config, 'distDir') === undefined;
      return output === 'standalone' && isPlain ? { kind: 'standalone' } : server('next start -p $PORT');
    },
  },
  {
    name: 'Nuxt',
    packages: ['nuxt', 'nuxt3'],
    scaffold: /^nuxi? (start|dev|preview)\b/,
    env: host,
    serves: (project) =>
      /\b(nuxi?|nuxt) generate\b/.test(buildText(project))
        ? pages('.output/public', false)
        : server('node .output/server/index.mjs'),
  },
  {
    name: 'SvelteKit',
    packages: ['@sveltejs/kit'],
    scaffold: /^vite (dev|preview)\b/,
    env: host,
    serves: (project) => {
      if (!dependsOn(project.root, '@sveltejs/adapter-static'))
        return dependsOn(project.root, '@sveltejs/adapter-node') ? server('node build') : svelteAdapter;
      // Newer ones have no file of settings of their own.
      const config = configText(project, 'svelte.config') + configText(project, 'vite.config');
      return pages('build', /\bfallback:\s*['"]index\.html/.test(config));
    },
  },
  {
    name: 'React Router',
    packages: ['@react-router/dev'],
    scaffold: /^react-router dev\b/,
    env: host,
    serves: (project) =>
      /\bssr:\s*false\b/.test(configText(project, 'react-router.config'))
        ? pages('build/client', true)
        : server('react-router-serve ./build/server/index.js'),
  },
  {
    name: 'Remix',
    packages: ['@remix-run/dev'],
    scaffold: /^remix (vite:)?dev\b/,
    env: host,
    serves: (project) =>
      /\bssr:\s*false\b/.test(configText(project, 'vite.config'))
        ? pages('build/client', true)
        : server('remix-serve ./build/server/index.js'),
  },
  {
    name: 'TanStack Start',
    packages: ['@tanstack/react-start', '@tanstack/solid-start', '@solidjs/start'],
    scaffold: /^vite (dev|preview)\b|^vinxi (start|dev)\b/,
    env: host,
    serves: () => server('node .output/server/index.mjs'),
  },
  {
    name: 'Astro',
    packages: ['astro'],
    scaffold: /^astro (dev|preview)\b/,
    env: host,
    serves: (project) => {
      const config = configText(project, 'astro.config');
      if (dependsOn(project.root, '@astrojs/node')) return server('node ./dist/server/entry.mjs');
      return settingIn(config, 'output') === 'server'
        ? astroAdapter
        : pages(settingIn(config, 'outDir') ?? 'dist', false);
    },
  },
  {
    name: 'Gatsby',
    packages: ['gatsby'],
    scaffold: /^gatsby (develop|serve)\b|^npm run develop$/,
    buildEnv: { GATSBY_TELEMETRY_DISABLED: '1' },
    serves: () => pages('public', false),
  },
  {
    name: 'Docusaurus',
    packages: ['@docusaurus/core'],
    scaffold: /^docusaurus (start|serve)\b/,
    serves: () => pages('build', false),
  },
  {
    name: 'VitePress',
    packages: ['vitepress'],
    scaffold: /^vitepress (dev|preview|serve)\b/,
    serves: (project) => {
      // `vitepress build docs` builds the folder docs.
      const folder = /\bvitepress build ([\w./-]+)/.exec(buildText(project))?.[1];
      return pages(`${folder === undefined ? '' : `${folder}/`}.vitepress/dist`, false);
    },
  },
  {
    name: 'Eleventy',
    packages: ['@11ty/eleventy'],
    scaffold: /^(npx )?(@11ty\/)?eleventy\b.*--(serve|watch)/,
    serves: () => pages('_site', false),
  },
  {
    name: 'Angular',
    packages: ['@angular/cli', '@angular-devkit/build-angular', '@angular/build'],
    scaffold: /^ng serve\b/,
    buildEnv: { NG_CLI_ANALYTICS: 'false' },
    caches: ['.angular/cache'],
    serves: (project) => pages(angularFolder(project), true),
  },
  {
    name: 'Create React App',
    packages: ['react-scripts'],
    scaffold: /^react-scripts start\b/,
    // Else its warnings would be errors.
    buildEnv: { CI: 'false' },
    serves: () => pages('build', true),
  },
  {
    name: 'Vue CLI',
    packages: ['@vue/cli-service'],
    scaffold: /^vue-cli-service serve\b/,
    serves: () => pages('dist', true),
  },
  {
    name: 'NestJS',
    packages: ['@nestjs/core'],
    scaffold: /^nest start\b/,
    serves: ({ root }) => server(scriptOf(root, 'start:prod') ?? 'node dist/main'),
  },
  ...['Fastify', 'Express', 'Koa', 'Hono', 'hapi'].map((name) => ({
    name,
    packages: [name === 'hapi' ? '@hapi/hapi' : name.toLowerCase()],
    serves: () => server(null),
  })),
  {
    name: 'Vite',
    packages: ['vite'],
    scaffold: /^vite( dev| preview| serve)?( -|$)/,
    serves: (project) => {
      if (!/\bvite build\b/.test(buildText(project))) return server(null);
      const flag = /\bvite build\b.*--outDir[ =]([\w./-]+)/.exec(buildText(project))?.[1];
      return pages(flag ?? settingIn(configText(project, 'vite.config'), 'outDir') ?? 'dist', true);
    },
  },
];

/** The framework of the package.json at the top, or undefined. */
export function frameworkOf({ root }: Project): Framework | undefined {
  return frameworks.find(({ packages }) => packages.some((name) => dependsOn(root, name)));
}

/** The text of a file of settings that is a program, comments left out. */
function configText({ source }: Project, name: string): string {
  const endings = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts'];
  const text = endings.map((ending) => source.text(`${name}.${ending}`)).find((each) => each !== undefined);
  return (text ?? '').replaceAll(/\/\*.*?\*\/|(?<=^|\s)\/\/.*$/gms, '');
}

/** The first text that a key is given, as far as that can be seen without running the program. */
function settingIn(config: string, key: string): string | undefined {
  return new RegExp(String.raw`\b${key}:\s*['"\`]([\w./-]+)['"\`]`).exec(config)?.[1];
}

/** Newer builders put the pages of the browser into a folder of their own. */
function angularFolder({ source, root }: Project): string {
  const projects = recordAt(readJsonc(source, 'angular.json'), 'projects');
  const [name = root.name ?? 'app', project] = Object.entries(projects)[0] ?? [];
  const build = recordAt(isRecord(project) ? project : undefined, 'architect', 'build');
  const base = textAt(build, 'options', 'outputPath') ?? `dist/${name}`;
  return textAt(build, 'builder')?.endsWith(':browser') ? base : `${base}/browser`;
}
