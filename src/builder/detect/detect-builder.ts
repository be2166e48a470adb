import { buildDockerfile, type DockerfileParts } from '../build-dockerfile.ts';
import type { Builder, BuildRequest, BuiltImage, PlannedBuild, PlanRequest } from '../builder.ts';
import { dockerfileImages } from '../dockerfile-images.ts';
import { parseDockerfile } from '../dockerfile-text.ts';
import { detect } from './detect.ts';
import type { BuildPlan } from './plan.ts';
import { planDockerfile } from './plan-dockerfile.ts';
import { viewFolder } from './source-view.ts';
import { stepTitles } from './step-titles.ts';
import { processesOf, tellPlan } from './tell-plan.ts';

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
    tellPlan(plan, request);
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
