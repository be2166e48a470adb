import { failure } from '../../model/failures.ts';
import { shortList } from '../../model/short-list.ts';
import type { Language, PlanContext } from './language.ts';
import { languages } from './languages.ts';
import type { BuildPlan } from './plan.ts';

/**
 * What kind of source it is, and how it becomes an image; no I/O but reading the view. Throws E_NO_BUILDER for a source
 * of no known kind, E_BUILD_PLAN for one that cannot be built as it is, E_NO_START where nothing tells what to run.
 */
export function detect(context: PlanContext): BuildPlan {
  const { language, found } = languageOf(context);
  const plan = language.plan(context);
  const start = context.wishes.start ?? plan.start;
  if (start === null && context.procfile?.['web'] === undefined) throw nothingToStart(language);
  return {
    processes: {},
    ignore: [],
    warnings: [],
    ...plan,
    start,
    reasons: [found, ...plan.reasons],
    language: language.name,
  };
}

function languageOf({ source, wishes }: PlanContext): { language: Language; found: string } {
  if (wishes.language !== null) return wishedLanguage(wishes.language);
  for (const language of languages) {
    const file = language.detects(source);
    if (file !== undefined) return { language, found: `${file} found` };
  }
  throw unknownSource(source.paths);
}

function wishedLanguage(name: string): { language: Language; found: string } {
  const language = languages.find((each) => each.name === name);
  if (language) return { language, found: 'app.json says so' };
  const known = languages.map((each) => each.name).join(', ');
  throw failure('E_BUILD_PLAN', `app.json: build.language: there is no ${JSON.stringify(name)}`, {
    hint: `it can be: ${known}`,
  });
}

function unknownSource(paths: readonly string[]): Error {
  const names = [...new Set(paths.map((path) => path.split('/')[0] ?? ''))];
  const has = names.length === 0 ? 'nothing' : shortList(names, 6);
  return failure('E_NO_BUILDER', `Nothing tells what kind of source this is (it has ${has})`, {
    hint: whatToDo(paths, names),
  });
}

/** The likeliest mistake first. */
function whatToDo(paths: readonly string[], names: readonly string[]): string {
  const similar = names.find((name) => name.toLowerCase() === 'dockerfile');
  if (similar !== undefined) return `name it Dockerfile: git mv ${similar} Dockerfile`;
  if (names.some((name) => /^(?:docker-)?compose\.ya?ml$/.test(name))) return composeHint;
  const [folder, ...more] = new Set(paths.map((path) => telling.exec(path)?.[1]).filter(Boolean));
  if (folder !== undefined && more.length === 0)
    return `the app seems to be in the folder ${folder}: slipway builder:set APP build-dir ${folder}`;
  const known = languages.map(({ name }) => name).join(', ');
  return `commit what your language has at the top of the repository (package.json, go.mod, index.html, ...), or a Dockerfile; without one, these are built: ${known}. An app in a folder of the repository: slipway builder:set APP build-dir FOLDER`;
}

/** Files of a folder below the top that tell of an app in it. */
const telling =
  /^([\w.-]+)\/(?:Dockerfile|Procfile|package\.json|composer\.json|requirements\.txt|pyproject\.toml|Gemfile|go\.mod|Cargo\.toml|pom\.xml|mix\.exs|deno\.json|index\.(?:html|php))$/;

const composeHint =
  'a Compose file is not read: let each of its services be an app of its own, what it has under "build" by a push (slipway builder:set APP build-dir FOLDER where it is in a folder), what it has under "image" by slipway git:from-image APP IMAGE';

function nothingToStart({ name }: Language): Error {
  return failure('E_NO_START', `It is a source of ${name}, but nothing tells what starts the app`, {
    hint: 'add a file Procfile with a line such as "web: COMMAND", commit it and push again',
  });
}
