import { z } from 'zod';
import { Failure } from '../../base/failure.ts';
import { parseBuildArgs } from '../../model/build-args.ts';
import { builderNames, builderProblem } from '../../model/choose-builder.ts';
import type { Line } from '../../model/line.ts';
import { checked, flag, optionalApp, optionalWord } from '../field.ts';
import { operation } from '../operation.ts';
import { columns, detail, header, out, warning } from '../print.ts';
import { pathProblem, propertySetter } from '../property.ts';
import { reporter } from '../report.ts';

/** Patterns that are readable for sure, so that a push never meets one that is not. */
function watchPathsProblem(value: string): string | undefined {
  const patterns = value.split(' ').filter((pattern) => pattern !== '');
  const isFine = (pattern: string) =>
    /^!?[A-Za-z0-9_.*?/@+-]{1,200}$/.test(pattern) && !/(^|\/|!)\.\.(\/|$)/.test(pattern);
  if (patterns.length > 0 && patterns.length <= 100 && patterns.every(isFine)) return undefined;
  return 'watch-paths are folders or patterns of .dockerignore with spaces between them, such as "api shared **/*.proto"';
}

function targetProblem(value: string): string | undefined {
  const fine = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/.test(value);
  return fine ? undefined : 'target is the name of a stage of the Dockerfile';
}

function buildArgsProblem(value: string): string | undefined {
  try {
    parseBuildArgs(value);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

function sourceProblem(source: string): string | undefined {
  return source === '--' ? undefined : 'Behind the app there is only --, for a tar on standard input';
}

const version = z.object({
  name: z.string(),
  version: z.string(),
  wanted: z.string().nullable(),
  from: z.string(),
});

/** What was found in the source and decided from it. */
const plan = z.object({
  language: z.string(),
  framework: z.string().nullable(),
  reasons: z.array(z.string()).readonly(),
  versions: z.array(version).readonly(),
  stages: z.array(z.record(z.string(), z.unknown())).readonly(),
  start: z.string().nullable(),
  processes: z.record(z.string(), z.string()),
  ignore: z.array(z.string()).readonly(),
  warnings: z.array(z.object({ text: z.string(), fix: z.string().optional() })).readonly(),
});

const planned = z.object({
  builder: z.string(),
  /** Null: the source has a Dockerfile, which says everything. */
  plan: plan.nullable(),
  dockerfile: z.string(),
  bases: z.array(z.string()).readonly(),
  ports: z.array(z.number().int()).readonly(),
  /** Type -> line; empty: the command of the image is `web`. */
  processes: z.record(z.string(), z.string()),
});

type Planned = z.infer<typeof planned>;

export const builder = {
  'builder:set': propertySetter({
    summary: 'Set how the source of an app becomes an image',
    right: 'app:config',
    examples: [
      'builder:set shop selected detect',
      'builder:set shop selected',
      'builder:set shop build-dir apps/api',
      'builder:set shop watch-paths "apps/api packages/shared package-lock.json"',
    ],
    properties: {
      selected: {
        help: `the builder: ${builderNames.join(' or ')}; without it a source with a Dockerfile is built by that, and any other is looked at`,
        problem: builderProblem,
      },
      'build-dir': {
        help: 'the folder of the source that the app is in, from the next build on: its Dockerfile, Procfile, app.json and all that is built; without it the whole source',
        problem: pathProblem('build-dir', { kind: 'folder', example: 'apps/api' }),
      },
      'watch-paths': {
        help: 'folders and patterns as in .dockerignore, from the top of the source, with spaces between them: a push that changes nothing of them is taken and not built; without it every push is built',
        problem: watchPathsProblem,
      },
    },
  }),
  'builder:report': reporter({
    summary: 'Report on how the source of one app, or of all, becomes an image',
    examples: ['builder:report shop', 'builder:report shop --builder-build-dir', 'builder:report --global'],
    aliases: ['builder'],
  }),
  'builder:plan': operation({
    summary: 'Show how a source would be built, and the Dockerfile for it, without building',
    description:
      'Of an app: the source of its current release, else the head of its deploy branch. A FOLDER in place of APP, such as . or ./shop, is one of the machine where the command is typed; with --app APP it is planned with the settings of that app. -- reads it from standard input as a tar. The Dockerfile builds the same by itself: commit it, and it is yours.',
    examples: [
      'builder:plan shop',
      'builder:plan shop --dockerfile',
      'builder:plan shop --format json',
      'builder:plan -- < source.tar',
    ],
    right: 'app:deploy',
    mutates: false,
    stdin: true,
    input: {
      app: optionalApp(),
      source: optionalWord(checked(sourceProblem), {
        help: 'a tar on standard input in place of what the app has',
        placeholder: '--',
        takesDashes: true,
      }),
      dockerfile: flag({ help: 'only the text of the Dockerfile' }),
    },
    problem: ({ app, source }) => (app === null && source === null ? 'Give APP or a folder' : undefined),
    output: planned,
    listing: 'list',
    show: (found, { input }) => (input.dockerfile ? [dockerfileLine(found)] : showPlan(found)),
  }),
  'builder-dockerfile:set': propertySetter({
    summary: 'Set how the Dockerfile of an app is built, from the next build on',
    right: 'app:config',
    examples: [
      'builder-dockerfile:set shop target production',
      'builder-dockerfile:set shop dockerfile-path deploy/Dockerfile',
      'builder-dockerfile:set shop build-args "NODE_ENV=production EDITION=full"',
    ],
    properties: {
      'dockerfile-path': {
        help: 'where it is in the source, or in the build-dir; Dockerfile without it',
        problem: pathProblem('dockerfile-path', { kind: 'file', example: 'deploy/Dockerfile' }),
      },
      target: { help: 'the stage that is built; the last one without it', problem: targetProblem },
      'build-args': {
        help: 'values for its ARG instructions, as words NAME=VALUE; whoever has the image can read them in its history. Secrets are config variables: RUN --mount=type=secret,id=NAME reads one from /run/secrets/NAME, and no step gets any otherwise',
        problem: buildArgsProblem,
      },
    },
  }),
  'builder-dockerfile:report': reporter({
    summary: 'Report on how the Dockerfile of one app, or of all, is built',
    examples: ['builder-dockerfile:report shop', 'builder-dockerfile:report --global'],
    aliases: ['builder-dockerfile'],
  }),
};

function dockerfileLine({ dockerfile }: Planned): Line {
  return out(dockerfile.replace(/\n$/, ''));
}

function showPlan(found: Planned): readonly Line[] {
  const { plan } = found;
  const processes = Object.entries(found.processes).map(([type, line]) => [`${type}:`, line]);
  const rows = [
    ['Builder:', found.builder],
    ...(plan === null ? [] : planRows(plan)),
    ['Images:', found.bases.join(', ')],
    ['Exposed ports:', found.ports.join(', ')],
    ...processes,
  ];
  return [
    header('Build plan'),
    ...columns(rows).map(detail),
    ...(plan?.warnings ?? []).map(({ text, fix }) => warning(fix === undefined ? text : `${text}; ${fix}`)),
    header('Dockerfile'),
    dockerfileLine(found),
  ];
}

function planRows({ language, framework, reasons, versions }: NonNullable<Planned['plan']>): string[][] {
  return [
    ['Language:', framework === null ? language : `${language} (${framework})`],
    ...reasons.map((reason) => ['As:', reason]),
    ...versions.map(({ name, version, wanted, from }) => [
      `${name}:`,
      wanted === null ? `${version}, ${from}` : `${version}, as ${from} asks for ${wanted}`,
    ]),
  ];
}
