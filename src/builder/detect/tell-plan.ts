import type { Out } from '../../model/line.ts';
import type { PlanRequest } from '../builder.ts';
import { serveLine } from './languages/php/web-server.ts';
import type { BuildPlan, VersionChoice } from './plan.ts';
import { staticStart } from './static-server.ts';

/** Lines that start a server which Slipway brings: what people need to read of them. */
const ownServers: Readonly<Record<string, string>> = {
  [staticStart]: 'Caddy, which serves the pages',
  [serveLine]: 'Apache, which runs PHP',
};

/** The lines of the Procfile, as the language runs them best; without `web` there, what the language starts. */
export function processesOf(
  plan: BuildPlan,
  { procfile }: Pick<PlanRequest, 'procfile'>,
): Readonly<Record<string, string>> {
  const web = plan.start === null ? {} : { web: plan.start };
  return { ...web, ...procfile, ...plan.processes };
}

/** Says what was found, what decided, and how to change it: the first lines of a build. */
export function tellPlan(
  plan: BuildPlan,
  request: Pick<PlanRequest, 'procfile'> & { readonly out: Out },
): void {
  const { out } = request;
  const what = plan.framework === null ? plan.language : `${plan.language} (${plan.framework})`;
  out.step(`Building as ${what}: ${plan.reasons[0] ?? ''}`);
  for (const reason of plan.reasons.slice(1)) out.detail(reason);
  for (const version of plan.versions) out.detail(versionText(version));
  out.detail(startText(plan, request));
  out.detail('To change this: the key "build" of app.json, or a Dockerfile (slipway builder:plan shows one)');
  for (const { text, fix } of plan.warnings) out.warning(fix === undefined ? text : `${text}; ${fix}`);
}

function startText(plan: BuildPlan, request: Pick<PlanRequest, 'procfile'>): string {
  const { web = '' } = processesOf(plan, request);
  const said = request.procfile?.['web'] === undefined ? '' : ', as the Procfile says';
  return `web starts with: ${ownServers[web] ?? web}${said}`;
}

function versionText({ name, version, wanted, from }: VersionChoice): string {
  return wanted === null
    ? `${name} ${version}, ${from}`
    : `${name} ${version}, as ${from} asks for ${wanted}`;
}
