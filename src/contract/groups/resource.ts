import { z } from 'zod';
import { failure } from '../../model/failures.ts';
import { buildType } from '../../model/build-limits.ts';
import type { Line } from '../../model/line.ts';
import { processTypeProblem } from '../../model/procfile.ts';
import { formatBytes } from '../../model/size.ts';
import { deployed, showDeployed } from '../deployed.ts';
import { appOrGlobal, checked, flag, option, readBy } from '../field.ts';
import { operation } from '../operation.ts';
import { header, listing } from '../print.ts';
import { readMemory } from '../read-memory.ts';
import { reporter } from '../report.ts';

function readCpus(word: string): number {
  const cpus = /^\d{1,4}(\.\d{1,3})?$/.test(word) ? Number(word) : 0;
  if (cpus < 0.01) throw failure('E_INPUT', `${JSON.stringify(word)} is no number of cores, such as 0.5`);
  return cpus;
}

const limits = z
  .array(z.object({ type: z.string(), memory: z.number().nullable(), cpus: z.number().nullable() }))
  .readonly();

type Limits = z.infer<typeof limits>;

const processType = () =>
  option(checked(processTypeProblem), {
    help: 'one process type, or build',
    placeholder: 'TYPE',
    completes: 'process-type',
  });

const skipDeploy = () => flag({ help: 'keep it for the next deploy' });

/** What all apps share are the builds. */
function globalProblem(input: { readonly app: string | null; readonly processType: string | null }) {
  const fine = input.app !== null || input.processType === buildType;
  return fine ? undefined : '--global is for builds: add --process-type build';
}

export const resource = {
  'resource:limit': operation({
    summary: 'Limit the memory and processors of processes or of builds, or show the limits',
    description:
      'Without --process-type: all types that have no limit of their own. A change makes a new release and replaces the processes concerned. The type `build`: each step of the builds of the app, or, with --global, all builds of the server together.',
    examples: [
      'resource:limit shop --process-type web --memory 512M --cpu 0.5',
      'resource:limit shop --memory 256M',
      'resource:limit shop --process-type build --memory 1G',
      'resource:limit --global --process-type build --memory 3G',
      'resource:limit shop',
    ],
    right: 'app:config',
    mutates: true,
    input: {
      app: appOrGlobal(),
      processType: processType(),
      memory: option(readBy(readMemory), {
        help: 'such as 512M or 1.5G; a number alone is MB',
        placeholder: 'SIZE',
      }),
      cpu: option(readBy(readCpus), { help: 'cores, such as 0.5', placeholder: 'CORES' }),
      skipDeploy: skipDeploy(),
    },
    output: deployed.extend({ limits }),
    onlyReads: ({ memory, cpu }) => memory === null && cpu === null,
    problem: globalProblem,
    show: (result, { input }) =>
      input.memory === null && input.cpu === null
        ? showLimits(result.limits, input.app)
        : showDeployed(result),
  }),
  'resource:limit-clear': operation({
    summary: 'Take limits away',
    description:
      'Without --process-type: those of all its processes; builds have to be named. What app.json declares holds again from the next build on.',
    examples: [
      'resource:limit-clear shop --process-type web',
      'resource:limit-clear shop',
      'resource:limit-clear --global --process-type build',
    ],
    right: 'app:config',
    mutates: true,
    input: { app: appOrGlobal(), processType: processType(), skipDeploy: skipDeploy() },
    output: deployed.extend({ limits }),
    problem: globalProblem,
    show: showDeployed,
  }),
  'resource:report': reporter({
    summary: 'Report the limits of one app or of all, and those of builds',
    examples: ['resource:report shop', 'resource:report --global', 'resource:report --format json'],
    aliases: ['resource'],
  }),
};

function showLimits(rows: Limits, app: string | null): readonly Line[] {
  const cells = rows.map(({ type, memory, cpus }) => [
    type,
    memory === null ? '-' : formatBytes(memory),
    cpus === null ? '-' : String(cpus),
  ]);
  return [
    header(`${app ?? 'Global'} resource limits`),
    ...listing([['proctype', 'memory', 'cpu'], ...cells]),
  ];
}
