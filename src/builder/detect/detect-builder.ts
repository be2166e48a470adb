import type { Out } from '../../model/line.ts';
import { buildDockerfile, type DockerfileParts } from '../build-dockerfile.ts';
import type { Builder, BuildRequest, BuiltImage } from '../builder.ts';
import { configSecrets } from '../config-secrets.ts';
import { detect } from './detect.ts';
import type { BuildPlan, VersionChoice } from './plan.ts';
import { planDockerfile } from './plan-dockerfile.ts';
import { viewFolder } from './source-view.ts';

export interface DetectParts extends DockerfileParts {
  /** What only this instance knows; see configSecrets. */
  readonly hashKey: () => Uint8Array;
}

/** Where the source is in the build context, so that the Dockerfile of the plan is in no image and in no cache key. */
const below = 'source';

/**
 * Finds out what kind of source it is and builds an image by a Dockerfile of its own. Throws what `detect` and
 * `buildDockerfile` throw.
 */
export class DetectBuilder implements Builder {
  readonly name = 'detect';
  readonly #parts: DetectParts;

  constructor(parts: DetectParts) {
    this.#parts = parts;
  }

  async build(request: BuildRequest): Promise<BuiltImage> {
    const plan = await this.plan(request);
    tellPlan(plan, request.out);
    const image = await buildDockerfile(this.#parts, request, {
      path: 'Dockerfile',
      text: planDockerfile(plan, { below }),
      context: { below, ignore: plan.ignore },
      ...configSecrets(request.config, this.#parts.hashKey()),
    });
    return { ...image, processes: processesOf(plan, request) };
  }

  /** What would be built, without building. */
  async plan(
    request: Pick<BuildRequest, 'tree' | 'app' | 'wishes' | 'procfile' | 'config'>,
  ): Promise<BuildPlan> {
    const { tree, ...asked } = request;
    const registry = await this.#parts.images.reachable();
    return detect({ ...asked, source: await viewFolder(tree), registry });
  }
}

/** The lines of the Procfile, as the language runs them best; without `web` there, what the language starts. */
function processesOf(plan: BuildPlan, { procfile }: BuildRequest): Readonly<Record<string, string>> {
  const web = plan.start === null ? {} : { web: plan.start };
  return { ...web, ...procfile, ...plan.processes };
}

function tellPlan(plan: BuildPlan, out: Out): void {
  const what = plan.framework === null ? plan.language : `${plan.language} (${plan.framework})`;
  out.step(`Building as ${what}: ${plan.reasons[0] ?? ''}`);
  for (const reason of plan.reasons.slice(1)) out.detail(reason);
  for (const version of plan.versions) out.detail(versionText(version));
  if (plan.start !== null) out.detail(`web starts with: ${plan.start}`);
  out.detail('To change this: the key "build" of app.json, or a Dockerfile (slipway builder:plan shows one)');
  for (const { text, fix } of plan.warnings) out.warning(fix === undefined ? text : `${text}; ${fix}`);
}

function versionText({ name, version, wanted, from }: VersionChoice): string {
  return wanted === null
    ? `${name} ${version}, ${from}`
    : `${name} ${version}, as ${from} asks for ${wanted}`;
}
