import { emptyAppJson, parseAppJson, type AppJson } from '../model/app-json.ts';
import type { App } from '../model/app.ts';
import { parseBuildArgs } from '../model/build-args.ts';
import { readBuildpacksFile } from '../model/buildpack.ts';
import { type BuilderName, chooseBuilder } from '../model/choose-builder.ts';
import { failure } from '../model/failures.ts';
import { parseProcfile } from '../model/procfile.ts';
import type { BuildRequest, SourceTree } from '../builder/builder.ts';
import {
  builderSettings,
  dockerfileSettings,
  processSettings,
  type SettingName,
  settingOf,
} from './app-settings.ts';
import { buildpacksOf } from './buildpacks.ts';
import type { Deps } from './deps.ts';

/** What a source says of how it is built and run, together with what is set for its app. */
export interface ReadSource {
  /** The folder that is built: the build-dir. */
  readonly tree: SourceTree;
  /** Type -> line; null without a Procfile. */
  readonly procfile: Readonly<Record<string, string>> | null;
  readonly appJson: AppJson;
  readonly builder: BuilderName;
  /** Classic buildpacks, where they are what builds it. */
  readonly buildpacks: readonly string[];
  readonly dockerfile: Pick<BuildRequest, 'dockerfile' | 'target' | 'buildArgs'>;
}

/**
 * Reads it; all files are those of the build-dir. Null: of no app, by the global settings. Throws E_SOURCE, E_PROCFILE,
 * E_APP_JSON, E_DOCKERFILE.
 */
export async function readSource(deps: Deps, app: App | null, received: SourceTree): Promise<ReadSource> {
  const tree = await buildDir(deps, app, received);
  const [procfile, appJson] = [await readProcfile(deps, app, tree), await readAppJson(deps, tree)];
  const computed = (setting: SettingName) => settingOf(deps, app, setting).computed;
  const packs = await buildpacksFor(deps, app, { tree, appJson });
  const builder = await builderOf(deps, app, { tree, hasBuildpacks: packs.decide });
  return {
    tree,
    procfile,
    appJson,
    builder,
    buildpacks: builder === 'buildpacks' ? packs.names : [],
    dockerfile: {
      dockerfile: computed(dockerfileSettings.path),
      target: computed(dockerfileSettings.target) || null,
      buildArgs: parseBuildArgs(computed(dockerfileSettings.buildArgs)),
    },
  };
}

/** How many names of what is there a message tells. */
const mostNames = 12;

async function buildDir(deps: Deps, app: App | null, received: SourceTree): Promise<SourceTree> {
  const path = settingOf(deps, app, builderSettings.buildDir).computed;
  if (path === '') return received;
  const found = await deps.sources.within(received, path);
  if (found) return found;
  const names = await deps.sources.names(received);
  const has = names.slice(0, mostNames).join(', ') + (names.length > mostNames ? ', ...' : '');
  throw failure('E_SOURCE', `The source has no folder ${path}, which is the build-dir; it has: ${has}`, {
    hint: `slipway builder:set ${app?.name ?? '--global'} build-dir FOLDER, or without a value: the whole source`,
  });
}

/** What is set wins over the file .buildpacks; what app.json names is meant for Heroku, and only used where asked for. */
async function buildpacksFor(
  deps: Deps,
  app: App | null,
  { tree, appJson }: { readonly tree: SourceTree; readonly appJson: AppJson },
): Promise<{ readonly names: readonly string[]; readonly decide: boolean }> {
  const set = app === null ? [] : buildpacksOf(deps, app);
  if (set.length > 0) return { names: set, decide: true };
  const listed = readBuildpacksFile((await deps.sources.readText(tree, '.buildpacks')) ?? '');
  return listed.length > 0 ? { names: listed, decide: true } : { names: appJson.buildpacks, decide: false };
}

async function builderOf(
  deps: Deps,
  app: App | null,
  { tree, hasBuildpacks }: { readonly tree: SourceTree; readonly hasBuildpacks: boolean },
): Promise<BuilderName> {
  const { own, global } = settingOf(deps, app, dockerfileSettings.path);
  const dockerfile = own ?? global;
  const isThere = dockerfile !== null && (await deps.sources.readText(tree, dockerfile)) !== undefined;
  const names = await deps.sources.names(tree);
  return chooseBuilder({
    names: [...names, ...(isThere ? [dockerfile] : [])],
    selected: settingOf(deps, app, builderSettings.selected).computed || null,
    dockerfile,
    hasBuildpacks,
    hasPack: names.includes('project.toml') && ((await deps.builders.pack.usable?.()) ?? true),
  });
}

/** One that was asked for by its path must be there: its absence would start other processes than were meant. */
async function readProcfile(deps: Deps, app: App | null, tree: SourceTree): Promise<ReadSource['procfile']> {
  const { procfilePath } = processSettings;
  const path = settingOf(deps, app, procfilePath).computed;
  const text = await deps.sources.readText(tree, path);
  if (text === undefined && path !== procfilePath.standard)
    throw failure('E_PROCFILE', `The source has no file ${path}`, {
      hint: `commit it, or take the standard one: slipway ps:set ${app?.name ?? '--global'} procfile-path`,
    });
  return text === undefined ? null : parseProcfile(text);
}

async function readAppJson(deps: Deps, tree: SourceTree): Promise<AppJson> {
  const text = await deps.sources.readText(tree, 'app.json');
  return text === undefined ? emptyAppJson : parseAppJson(text);
}
