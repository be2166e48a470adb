import { singleQuoted } from '../../model/config-text.ts';
import { startCommand } from '../../model/start-command.ts';
import {
  appFolder,
  type BuildPlan,
  type CopyStep,
  type FileStep,
  type RunStep,
  type Stage,
  type Step,
} from './plan.ts';

/** The user that apps run as; Node's images have it already. */
export const user = '1000:1000';

/** A line of sh that makes this user where the image does not have it. */
export const makeUserCommand = `id -u 1000 >/dev/null 2>&1 || useradd --uid 1000 --user-group --no-log-init --home-dir ${appFolder} --shell /bin/bash app`;

/** Ids of the build secrets with config variables, as a file that sh reads. */
export const configSecret = { all: 'slipway-config', install: 'slipway-install' } as const;

/**
 * The build arguments that stand for the values of those secrets: BuildKit's cache does not look at a secret, so a step
 * that finds one has to be made anew by something else when it changes.
 */
export const configHash = { all: 'SLIPWAY_CONFIG_HASH', install: 'SLIPWAY_INSTALL_HASH' } as const;

export interface DockerfileOptions {
  /** Folder of the build context that the source is in; empty: the context itself, as a Dockerfile of one's own has it. */
  readonly below: string;
}

/**
 * The Dockerfile of a plan, within what BuildKit 0.8 (Docker 20.10) understands: no heredocs, no COPY --link. The last
 * stage runs as a user without rights; what is copied there belongs to root unless the app may write to it.
 */
export function planDockerfile(plan: BuildPlan, { below }: DockerfileOptions = { below: '' }): string {
  const last = plan.stages.length - 1;
  const stages = plan.stages.map((stage, at) => [
    ...stageHead(stage),
    ...(at === last ? makeUser : []),
    ...stage.steps.flatMap((step) => stepLines(step, below)),
    ...(at === last ? stageEnd(plan) : []),
  ]);
  return `${stages.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function stageHead({ from, name, env = {} }: Stage): string[] {
  const variables = Object.entries(env).map(([key, value]) => `${key}=${dockerQuoted(value)}`);
  return [
    `FROM ${from} AS ${name}`,
    ...(variables.length > 0 ? [`ENV ${variables.join(' ')}`] : []),
    `WORKDIR ${appFolder}`,
  ];
}

/** Before anything of the app's, so that it comes from the cache. */
const makeUser = [`RUN ${makeUserCommand}; chown ${user} ${appFolder}`];

function stageEnd({ start }: BuildPlan): string[] {
  const command = start === null ? [] : [`CMD ${JSON.stringify(startCommand(start))}`];
  return [`USER ${user}`, ...command];
}

function stepLines(step: Step, below: string): string[] {
  if (step.kind === 'copy') return [copyLine(step, below)];
  return step.kind === 'run' ? runLines(step) : [fileLine(step)];
}

function copyLine({ paths, to, from, owned }: CopyStep, below: string): string {
  const flags = [...(from === undefined ? [] : [`--from=${from}`]), ...(owned ? [`--chown=${user}`] : [])];
  const sources = from === undefined && below !== '' ? paths.map((path) => `${below}/${path}`) : paths;
  // Of several files the target has to be a folder, and says so by its slash.
  const target = to.endsWith('/') || (from !== undefined && sources.length === 1) ? to : `${to}/`;
  const words = [...sources, target];
  const plain = words.every((word) => /^[\w./@+-]+$/.test(word));
  return ['COPY', ...flags, plain ? words.join(' ') : JSON.stringify(words)].join(' ');
}

function runLines({ command, caches = [], binds = [], config }: RunStep): string[] {
  const mounts = [
    ...caches.map(({ target, locked }) => `type=cache,target=${target}${locked ? ',sharing=locked' : ''}`),
    ...binds.map(({ from, path }) => `type=bind,from=${from},source=${path},target=${path},rw`),
    ...(config === undefined ? [] : [`type=secret,id=${configSecret[config]},mode=0444`]),
  ].map((mount) => `--mount=${mount}`);
  const line = config === undefined ? command : `${readConfig(configSecret[config])} ${command}`;
  return [...(config === undefined ? [] : [`ARG ${configHash[config]}`]), ['RUN', ...mounts, line].join(' ')];
}

/** Makes the variables of a secret known to what follows; without the secret (a build by hand) it does nothing. */
export function readConfig(secret: string): string {
  return `if [ -f /run/secrets/${secret} ]; then set -a; . /run/secrets/${secret}; set +a; fi;`;
}

function fileLine({ path, text }: FileStep): string {
  return `RUN ${writeFileCommand(path, text)}`;
}

/** A line of sh that writes a small file; a Dockerfile can hold it where it has no heredocs. */
export function writeFileCommand(path: string, text: string): string {
  const lines = text.replace(/\n$/, '').split('\n').map(singleQuoted).join(' ');
  const folder = path.slice(0, path.lastIndexOf('/')) || '/';
  return `mkdir -p ${folder} && printf '%s\\n' ${lines} > ${path}`;
}

function dockerQuoted(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : `"${text.replaceAll(/(["\\])/g, String.raw`\$1`)}"`;
}
