import { randomBytes } from 'node:crypto';
import { emptyAppJson, type AppJson } from '../model/app-json.ts';
import { type BuildFacts, baseOf } from '../model/build-facts.ts';
import { labels } from '../model/names.ts';
import { planEnv } from '../model/plan-env.ts';
import { planRelease, type LayeredConfig, type ReleaseDraft } from '../model/plan-release.ts';
import type { ReleaseImage } from '../model/release.ts';
import type { BuiltImage, LocalImage, SourceTree } from '../builder/builder.ts';
import { configOf, domainsOf, processSettingsOf, wishesOf } from './app-settings.ts';
import type { DeployOrder, DeployWork } from './deploy-work.ts';
import { type BuildOrder, buildSource } from './build-source.ts';
import type { Deps } from './deps.ts';
import { withBuildpacks } from './fetch-buildpacks.ts';
import { type ReadSource, readSource } from './read-source.ts';
import { isUnchanged, watchedFingerprint } from './watched-files.ts';
import { makeRoom } from './make-room.ts';

type Draft = NonNullable<DeployOrder['draft']>;

export interface TreeSource {
  readonly tree: (work: DeployWork) => Promise<SourceTree>;
  readonly description: string;
  /** Nothing is built where none of the files that are watched has changed since the release that is live. */
  readonly onlyIfChanged?: boolean;
}

/** A release from source: receives it, chooses a builder, builds, reads Procfile and app.json. */
export function draftFromTree(
  deps: Deps,
  { description, onlyIfChanged = false, ...from }: TreeSource,
): Draft {
  return async (work) => {
    await makeRoom(deps, work.out);
    const received = await work.steps.time('receive', () => from.tree(work));
    const watched = await watchedFingerprint(deps, work.app, received);
    if (onlyIfChanged && isUnchanged(deps, work, watched)) return null;
    const source = await readSource(deps, work.app, received);
    const config = withDeclaredEnv(deps, work, source.appJson);
    const image = await build(deps, work, { source, config });
    const { bases = [], language = null, processes = source.procfile } = image;
    return plan(deps, work, {
      image,
      build: { ...noFacts, builder: source.builder, bases, language, watched },
      config,
      procfile: processes,
      appJson: source.appJson,
      revision: received.revision,
      description,
    });
  };
}

export interface ImageSource {
  readonly image: string;
  readonly description: string;
  /** Where it comes from; without it, it is here or in a registry. */
  readonly fetch?: (work: DeployWork) => Promise<LocalImage>;
}

/** A release from an image; its own command is `web`. */
export function draftFromImage(deps: Deps, source: ImageSource): Draft {
  const ensure = ({ out, signal }: DeployWork) => deps.images.ensure(source.image, { out, signal });
  return async (work) => {
    await makeRoom(deps, work.out);
    const image = await work.steps.time('fetch', () => (source.fetch ?? ensure)(work));
    await deps.images.tag(image.id, imageTag(deps, work));
    return plan(deps, work, {
      image,
      build: { ...noFacts, builder: 'image', bases: [baseOf(image)] },
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

function build(
  deps: Deps,
  work: DeployWork,
  { source, config }: { readonly source: ReadSource; readonly config: LayeredConfig },
): Promise<BuiltImage> {
  const order: BuildOrder = {
    builder: source.builder,
    tree: source.tree.folder,
    reference: imageTag(deps, work),
    labels: { [labels.instance]: deps.names.instance, [labels.app]: work.app.name, [labels.role]: 'build' },
    config: { ...config.global, ...config.own },
    ...source.dockerfile,
    cacheScope: deps.names.cacheScope(work.app),
    procfile: source.procfile,
    wishes: source.appJson.build,
  };
  return withBuildpacks(deps, { names: source.buildpacks, work }, (buildpacks) =>
    buildSource(deps, work, { ...order, buildpacks }),
  );
}

/** The tag of this deploy's image, which goes if the deploy fails. */
function imageTag(deps: Deps, { app, deploy, undo }: DeployWork): string {
  const reference = deps.names.image(app.name, deploy.id);
  undo.push('remove the image', () => deps.images.untag(reference));
  return reference;
}

const noFacts = { language: null, plan: null, watched: null };

interface Found {
  readonly image: BuiltImage;
  readonly build: BuildFacts;
  readonly config: LayeredConfig;
  readonly procfile: Readonly<Record<string, string>> | null;
  readonly appJson: AppJson;
  readonly revision: string | null;
  readonly description: string;
}

function plan(deps: Deps, { app, deploy }: DeployWork, found: Found): ReleaseDraft {
  const { id, digest, ports } = found.image;
  const image: ReleaseImage = { id, digest, ports, reference: deps.names.image(app.name, deploy.id) };
  return planRelease({
    ...found,
    image,
    wishes: wishesOf(deps, app),
    domains: domainsOf(deps, app),
    settings: processSettingsOf(deps, app),
  });
}
