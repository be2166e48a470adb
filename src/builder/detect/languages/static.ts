import { failure } from '../../../model/failures.ts';
import type { Language, LanguagePlan, PlanContext } from '../language.ts';
import { type Manifest, readYaml, textAt } from '../manifest.ts';
import { pageRules } from '../page-rules.ts';
import { appFolder, copy, run, type Stage } from '../plan.ts';
import type { SourceView } from '../source-view.ts';
import { staticStages, staticStart } from '../static-server.ts';
import { withPackages } from '../system-packages.ts';

/** A program of the distribution that makes pages of texts. */
interface Generator {
  readonly name: string;
  readonly package: string;
  readonly command: string;
  /** Where it puts the pages. */
  readonly folder: string;
  detects(source: SourceView): string | undefined;
}

const generators: readonly Generator[] = [
  {
    name: 'Hugo',
    package: 'hugo',
    command: 'hugo --minify',
    folder: 'public',
    detects: (source) => {
      const own = ['hugo.toml', 'hugo.yaml', 'hugo.json'].find((name) => source.has(name));
      return own ?? (source.has('config.toml') && source.has('content') ? 'config.toml' : undefined);
    },
  },
  {
    name: 'MkDocs',
    package: 'mkdocs',
    command: 'mkdocs build',
    folder: 'site',
    detects: (source) => (source.has('mkdocs.yml') ? 'mkdocs.yml' : undefined),
  },
  {
    name: 'Jekyll',
    package: 'jekyll',
    command: 'jekyll build',
    folder: '_site',
    detects: (source) => (source.has('_config.yml') ? '_config.yml' : undefined),
  },
];

/** Pages as they are, or made by a generator that the distribution has. */
export const staticSite: Language = {
  name: 'static',
  detects: (source) => {
    // What says what to run wants to run it.
    if (/^web\s*:/m.test(source.text('Procfile') ?? '')) return undefined;
    return (
      generatorOf(source)?.detects(source) ?? ['Staticfile', ...homePages].find((path) => source.has(path))
    );
  },
  plan: (context) => {
    const generator = generatorOf(context.source);
    const command = context.wishes.build ?? generator?.command;
    return command === undefined ? servedAsIs(context) : built(context, command, generator);
  },
};

function generatorOf(source: SourceView): Generator | undefined {
  return generators.find((each) => each.detects(source) !== undefined);
}

const homePages = ['public/index.html', 'dist/index.html', 'index.html'];

function servedAsIs({ source, wishes }: PlanContext): LanguagePlan {
  const { folder, from } = pagesFolder(source, wishes.static);
  const rules = pageRules(source, folder);
  return {
    framework: null,
    reasons: [`the pages are in ${folder === '.' ? 'the top folder' : folder}, ${from}`],
    versions: [],
    stages: staticStages({ folder, fallback: wantsFallback(source), rules }),
    start: staticStart,
    ignore: folder === '.' ? notPages : [],
    warnings: rules.warnings,
  };
}

/** Of a repository that is served whole: what is for others than its visitors. */
const notPages = ['**/.*', '!**/.well-known', 'Procfile', 'app.json', 'Staticfile', '_headers', '_redirects'];

function pagesFolder(source: SourceView, wish: string | null): { folder: string; from: string } {
  const root = textAt(staticfile(source), 'root');
  if (wish !== null)
    return { folder: folderOf(source, wish, 'app.json: build.static'), from: 'as app.json says' };
  if (root !== undefined)
    return { folder: folderOf(source, root, 'Staticfile: root'), from: 'as Staticfile says' };
  const home = homePages.find((path) => source.has(path));
  return { folder: home?.replace(/\/?index\.html$/, '') || '.', from: 'where there is an index.html' };
}

/** An empty one only says that this is a static site. */
function staticfile(source: SourceView): Manifest | undefined {
  return source.text('Staticfile')?.trim() === '' ? undefined : readYaml(source, 'Staticfile');
}

/** A folder of the source, as a path without dots. Throws E_BUILD_PLAN for one that is not there. */
function folderOf(source: SourceView, text: string, asker: string): string {
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  const folder = parts.join('/');
  if (folder === '' && !text.startsWith('/')) return '.';
  const isFolder = source.has(folder) && !source.paths.includes(folder);
  if (isFolder && !text.startsWith('/')) return folder;
  throw failure('E_BUILD_PLAN', `${asker} is ${JSON.stringify(text)}, and there is no such folder`, {
    hint: 'name a folder of the repository that has an index.html, and commit it',
  });
}

function wantsFallback(source: SourceView): boolean {
  const value = staticfile(source)?.['pushstate'];
  return value === true || value === 'enabled';
}

function built(
  { source, wishes }: PlanContext,
  command: string,
  generator: Generator | undefined,
): LanguagePlan {
  const folder = wishes.static ?? generator?.folder ?? 'public';
  const packages = [...(generator ? [generator.package] : []), ...wishes.packages.build];
  const build: Stage = {
    name: 'build',
    from: 'debian:bookworm-slim',
    steps: [
      ...withPackages(packages),
      copy(['.'], appFolder),
      ...(wishes.install === null ? [] : [run(wishes.install, { config: 'install' })]),
      run(command, { config: 'all' }),
    ],
  };
  const rules = pageRules(source, 'static');
  return {
    framework: generator?.name ?? null,
    reasons: [`the pages are in ${folder} once "${command}" has run`],
    versions: [],
    stages: [
      build,
      ...staticStages({
        folder: `${appFolder}/${folder}`,
        from: 'build',
        fallback: wantsFallback(source),
        rules,
      }),
    ],
    start: staticStart,
    warnings: rules.warnings,
  };
}
