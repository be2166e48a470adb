import type { Out } from '../../model/line.ts';
import { buildDockerfile, type DockerfileParts } from '../build-dockerfile.ts';
import type { Builder, BuildRequest, BuiltImage, PlannedBuild, PlanRequest } from '../builder.ts';
import { dockerfileImages } from '../dockerfile-images.ts';
import { parseDockerfile } from '../dockerfile-text.ts';
import { detect } from './detect.ts';
import type { BuildPlan, VersionChoice } from './plan.ts';
import { planDockerfile } from './plan-dockerfile.ts';
import { viewFolder } from './source-view.ts';
import { stepTitles } from './step-titles.ts';

/** Where the source is in the build context, so that the Dockerfile of the plan is in no image and in no cache key. */
const below = 'source';

/**
 * Finds out what kind of source it is and builds an image by a Dockerfile of its own. Throws what `detect` and
 * `buildDockerfile` throw.
 */
export class DetectBuilder implements Builder {
  readonly name = 'detect';
  readonly #parts: DockerfileParts;

  constructor(parts: DockerfileParts) {
    this.#parts = parts;
  }

  async build(request: BuildRequest): Promise<BuiltImage> {
    const plan = await this.#detect(request);
    tellPlan(plan, request.out);
    const image = await buildDockerfile(this.#parts, request, {
      path: 'Dockerfile',
      text: planDockerfile(plan, { below }),
      context: { below, ignore: plan.ignore },
      titles: stepTitles(plan),
    });
    return { ...image, language: plan.language, processes: processesOf(plan, request) };
  }

  async plan(request: PlanRequest): Promise<PlannedBuild> {
    const plan = await this.#detect(request);
    const dockerfile = ownDockerfile(plan);
    const bases = dockerfileImages(parseDockerfile(dockerfile));
    return { dockerfile, bases, ports: [], processes: processesOf(plan, request), detected: plan };
  }

  async #detect({ tree, ...asked }: PlanRequest): Promise<BuildPlan> {
    const registry = await this.#parts.images.reachable();
    return detect({ ...asked, source: await viewFolder(tree), registry });
  }
}

/** The Dockerfile as the source itself may have it, with what a build of it has to know. */
function ownDockerfile(plan: BuildPlan): string {
  const ignored = plan.ignore.length === 0 ? [] : [`# A .dockerignore should have: ${plan.ignore.join(' ')}`];
  const head = ['# Made by slipway builder:plan: commit it, and it is yours.', ...ignored];
  return `${head.join('\n')}\n\n${planDockerfile(plan)}`;
}

/** The lines of the Procfile, as the language runs them best; without `web` there, what the language starts. */
function processesOf(plan: BuildPlan, { procfile }: PlanRequest): Readonly<Record<string, string>> {
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
