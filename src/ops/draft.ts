import { randomBytes } from 'node:crypto';
import { emptyAppJson, parseAppJson, type AppJson } from '../model/app-json.ts';
import { readBuildpacksFile } from '../model/buildpack.ts';
import { chooseBuilder, type BuilderName } from '../model/choose-builder.ts';
import { failure } from '../model/failures.ts';
import { labels } from '../model/names.ts';
import { planEnv } from '../model/plan-env.ts';
import { planRelease, type LayeredConfig, type ReleaseDraft } from '../model/plan-release.ts';
import { parseProcfile } from '../model/procfile.ts';
import type { ReleaseImage } from '../model/release.ts';
import type { BuildRequest, BuiltImage, SourceTree } from '../builder/builder.ts';
import {
  configOf,
  domainsOf,
  processSettings,
  processSettingsOf,
  settingOf,
  wishesOf,
} from './app-settings.ts';
import { buildpacksOf } from './buildpacks.ts';
import type { DeployWork } from './deploy-work.ts';
import type { Deps } from './deps.ts';
import { withBuildpacks } from './fetch-buildpacks.ts';

type Draft = (work: DeployWork) => Promise<ReleaseDraft>;

/** A release from source: receives it, chooses a builder, builds, reads Procfile and app.json. */
export function draftFromTree(
  deps: Deps,
  source: { tree: (work: DeployWork) => Promise<SourceTree>; description: string },
): Draft {
  return async (work) => {
    const tree = await work.steps.time('receive', () => source.tree(work));
    const procfile = await readProcfile(deps, work, tree);
    const appJson = await readAppJson(deps, tree);
    const types = procfile === undefined ? null : parseProcfile(procfile);
    const config = withDeclaredEnv(deps, work, appJson);
    const packs = await buildpacksFor(deps, work, { tree, appJson });
    const builder = chooseBuilder({
      names: await deps.sources.names(tree),
      hasBuildpacks: packs.decide,
      hasPack: (await deps.builders.pack.usable?.()) ?? true,
    });
    const what = { builder, tree, config, procfile: types, wishes: appJson.build, packs: packs.names };
    const image = await work.steps.time('build', () => build(deps, work, what));
    return plan(deps, work, {
      image,
      config,
      procfile: image.processes ?? types,
      appJson,
      revision: tree.revision,
      description: source.description,
    });
  };
}

export interface ImageSource {
  readonly image: string;
  readonly description: string;
  /** Where it comes from; without it, it is here or in a registry. */
  readonly fetch?: (work: DeployWork) => Promise<BuiltImage>;
}

/** A release from an image; its own command is `web`. */
export function draftFromImage(deps: Deps, source: ImageSource): Draft {
  const ensure = ({ out, signal }: DeployWork) => deps.images.ensure(source.image, { out, signal });
  return async (work) => {
    const image = await work.steps.time('fetch', () => (source.fetch ?? ensure)(work));
    await deps.images.tag(image.id, imageTag(deps, work));
    return plan(deps, work, {
      image,
      config: configOf(deps, work.app),
      procfile: null,
      appJson: emptyAppJson,
      revision: null,
      description: source.description,
    });
  };
}

/** The config with what app.json declares and nobody has set; that is stored once the release is live. */
function withDeclaredEnv(deps: Deps, { app, commits }: DeployWork, appJson: AppJson): LayeredConfig {
  const { global, own } = configOf(deps, app);
  const declared = planEnv(appJson.env, { ...global, ...own }, () => randomBytes(32).toString('hex'));
  commits.push(() => deps.store.config.set(app.id, declared));
  return { global, own: { ...own, ...declared } };
}

/** One that was asked for by its path must be there: its absence would start other processes than were meant. */
async function readProcfile(deps: Deps, { app }: DeployWork, tree: SourceTree): Promise<string | undefined> {
  const { procfilePath } = processSettings;
  const path = settingOf(deps, app, procfilePath).computed;
  const text = await deps.sources.readText(tree, path);
  if (text === undefined && path !== procfilePath.standard)
    throw failure('E_PROCFILE', `The source has no file ${path}`, {
      hint: `commit it, or take the standard one: slipway ps:set ${app.name} procfile-path`,
    });
  return text;
}

async function readAppJson(deps: Deps, tree: SourceTree): Promise<AppJson> {
  const text = await deps.sources.readText(tree, 'app.json');
  return text === undefined ? emptyAppJson : parseAppJson(text);
}

/** What is set wins over the file .buildpacks; what app.json names is meant for Heroku, and only used where asked for. */
async function buildpacksFor(
  deps: Deps,
  { app }: DeployWork,
  { tree, appJson }: { readonly tree: SourceTree; readonly appJson: AppJson },
): Promise<{ readonly names: readonly string[]; readonly decide: boolean }> {
  const set = buildpacksOf(deps, app);
  if (set.length > 0) return { names: set, decide: true };
  const listed = readBuildpacksFile((await deps.sources.readText(tree, '.buildpacks')) ?? '');
  return listed.length > 0 ? { names: listed, decide: true } : { names: appJson.buildpacks, decide: false };
}

interface Buildable extends Pick<BuildRequest, 'procfile' | 'wishes'> {
  readonly builder: BuilderName;
  readonly tree: SourceTree;
  readonly config: LayeredConfig;
  /** Names of classic buildpacks. */
  readonly packs: readonly string[];
}

function build(deps: Deps, work: DeployWork, what: Buildable): Promise<BuiltImage> {
  const names = what.builder === 'buildpacks' ? what.packs : [];
  return withBuildpacks(deps, { names, work }, (buildpacks) =>
    deps.builders[what.builder].build({ ...requestOf(deps, work, what), buildpacks }),
  );
}

function requestOf(deps: Deps, work: DeployWork, what: Buildable): BuildRequest {
  const { tree, config, procfile, wishes } = what;
  return {
    app: work.app.name,
    deploy: work.deploy.id,
    tree: tree.folder,
    reference: imageTag(deps, work),
    labels: { [labels.instance]: deps.names.instance, [labels.app]: work.app.name, [labels.role]: 'build' },
    config: { ...config.global, ...config.own },
    dockerfile: 'Dockerfile',
    procfile,
    wishes,
    out: work.out,
    signal: work.signal,
  };
}

/** The tag of this deploy's image, which goes if the deploy fails. */
function imageTag(deps: Deps, { app, deploy, undo }: DeployWork): string {
  const reference = deps.names.image(app.name, deploy.id);
  undo.push('remove the image', () => deps.images.untag(reference));
  return reference;
}

interface Found {
  readonly image: BuiltImage;
  readonly config: LayeredConfig;
  readonly procfile: Readonly<Record<string, string>> | null;
  readonly appJson: AppJson;
  readonly revision: string | null;
  readonly description: string;
}

function plan(deps: Deps, { app, deploy }: DeployWork, found: Found): ReleaseDraft {
  const image: ReleaseImage = { ...found.image, reference: deps.names.image(app.name, deploy.id) };
  return planRelease({
    ...found,
    image,
    wishes: wishesOf(deps, app),
    domains: domainsOf(deps, app),
    settings: processSettingsOf(deps, app),
  });
}
