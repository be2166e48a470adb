import { failure } from '../../../../model/failures.ts';
import type { SourceView } from '../../source-view.ts';

/** What mix.exs and mix.lock say, as far as texts tell without running them. */
export interface MixProject {
  /** Name of the release, and of its program. */
  readonly release: string;
  /** It stands among the releases of mix.exs; else it is the one that every app has without a word. */
  readonly isNamed: boolean;
  /** Range of Elixir that it asks for: `~> 1.14`. */
  readonly elixir: string | undefined;
  /** Something is fetched from Hex, or from a repository. */
  readonly fetches: boolean;
  /** Folders of the source that dependencies, or the apps of an umbrella, are in. */
  readonly paths: readonly string[];
  readonly isPhoenix: boolean;
  /** There is a task that makes its pages. */
  readonly hasAssets: boolean;
}

/** Throws E_BUILD_PLAN where no release can be told. */
export function readMix(source: SourceView): MixProject {
  const text = withoutComments(source.text('mix.exs') ?? '');
  const lock = source.text('mix.lock') ?? '';
  const umbrella = /\bapps_path:\s*"([\w./-]+)"/.exec(text)?.[1];
  return {
    ...releaseOf(text, umbrella !== undefined),
    elixir: /\belixir:\s*"([^"]+)"/.exec(text)?.[1],
    fetches: /:(hex|git),/.test(lock) || /\{\s*:\w+,\s*("|github:|git:)/.test(text),
    paths: [
      ...[...text.matchAll(/\bpath:\s*"([\w./-]+)"/g)].flatMap(([, path]) => path ?? []),
      ...(umbrella === undefined ? [] : [umbrella]),
    ],
    isPhoenix: /\{\s*:phoenix\b/.test(text) || /^ *"phoenix":/m.test(lock),
    hasAssets: /"assets\.deploy":/.test(text),
  };
}

/** A `#` within quotes begins none, and is seldom in a mix.exs. */
function withoutComments(text: string): string {
  return text.replaceAll(/^\s*#.*$/gm, '');
}

function releaseOf(text: string, isUmbrella: boolean): Pick<MixProject, 'release' | 'isNamed'> {
  const named = /\breleases:\s*\[\s*(\w+):/.exec(text)?.[1];
  const app = /\bapp:\s*:(\w+)/.exec(text)?.[1];
  const release = named ?? (isUmbrella ? undefined : app);
  if (release !== undefined) return { release, isNamed: named !== undefined };
  throw failure('E_BUILD_PLAN', 'mix.exs does not tell which release is to be made', {
    hint: isUmbrella
      ? 'name one: releases: [web: [applications: [web: :permanent]]] in its project'
      : 'its project has a name such as app: :shop',
  });
}
