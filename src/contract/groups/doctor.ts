import { z } from 'zod';
import { counted } from '../../model/counted.ts';
import type { Line } from '../../model/line.ts';
import { operation } from '../operation.ts';
import { detail, out, step } from '../print.ts';

const finding = z.object({
  area: z.string(),
  state: z.enum(['ok', 'warning', 'broken']),
  text: z.string(),
  fix: z.string().nullable(),
});

type FindingItem = z.infer<typeof finding>;

export const doctor = {
  doctor: operation({
    summary: 'Look whether all is well with the server, and say what to do where it is not',
    description:
      'Looks at Docker, networks, processes, router, ports, disks, memory, clock, domains, store, files and SSH, and changes nothing. Exit status 1 when something is broken; a warning is none.',
    examples: ['doctor', 'doctor --format json'],
    right: 'server:admin',
    mutates: false,
    lasts: true,
    input: {},
    output: z.array(finding).readonly(),
    listing: 'list',
    exit: (findings) => (findings.some(({ state }) => state === 'broken') ? 1 : 0),
    show: showFindings,
  }),
};

function showFindings(findings: readonly FindingItem[]): readonly Line[] {
  const areas = Map.groupBy(findings, ({ area }) => area);
  const lines = [...areas].flatMap(([area, all]) => [step(area), ...all.flatMap(findingLines)]);
  return [...lines, step(summary(findings))];
}

/** All of it is what was asked for, so that it goes to standard output together. */
function findingLines({ state, text, fix }: FindingItem): readonly Line[] {
  if (state === 'ok') return [detail(text)];
  return [out(` !     ${state}: ${text}`), ...(fix === null ? [] : [out(` !       Fix: ${fix}`)])];
}

function summary(findings: readonly FindingItem[]): string {
  const count = (state: FindingItem['state']) => findings.filter((one) => one.state === state).length;
  const [broken, warnings] = [count('broken'), count('warning')];
  if (broken + warnings === 0) return 'All is well';
  return `${broken} broken, ${counted(warnings, 'warning')}`;
}
