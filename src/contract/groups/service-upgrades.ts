import { z } from 'zod';
import { type KindName, serviceKinds } from '../../model/service-kind.ts';
import { operation } from '../operation.ts';
import { detail, out, step } from '../print.ts';
import { serviceName, wishes } from './service-wishes.ts';

function upgrade(kind: KindName) {
  const { password: _password, ...changes } = wishes;
  return operation({
    summary: `Give a ${serviceKinds[kind].title} service another version of its program, or another size`,
    description:
      'Without flags, the version that new services get, if it is later. Where the version is another one, its data is moved by a backup into a volume of its own, while no app reaches the service; the volume of before is kept, until upgrade-finish removes it or upgrade-undo goes back to it. What fails leaves the service as it was.',
    examples: [
      `${kind}:upgrade db`,
      `${kind}:upgrade db --image-version ${kind === 'postgres' ? '17' : '9'}`,
      `${kind}:upgrade db --memory 1G`,
    ],
    right: 'server:admin',
    mutates: true,
    service: kind,
    lasts: true,
    input: { ...changes, name: serviceName(kind) },
    output: z.object({
      from: z.string(),
      to: z.string(),
      changed: z.boolean(),
      /** The volume of before. */
      kept: z.string().nullable(),
    }),
    show: ({ to, changed, kept }, { input: { name } }) => {
      if (!changed) return [out(`Nothing changed: ${name} runs ${to}`)];
      const done = step(`${kind} service ${name} runs ${to}`);
      if (kept === null) return [done];
      return [
        done,
        detail(`Its data of before is kept in the volume ${kept}`),
        detail(
          `slipway ${kind}:upgrade-finish ${name} removes it, ${kind}:upgrade-undo ${name} goes back to it`,
        ),
      ];
    },
  });
}

function undo(kind: KindName) {
  return operation({
    summary: `Go back to what a ${serviceKinds[kind].title} service was before its last upgrade`,
    description:
      'With the data of then. What was written since is kept in its own volume: the same command a second time goes back to that.',
    examples: [`${kind}:upgrade-undo db`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    lasts: true,
    input: { name: serviceName(kind) },
    output: z.object({ from: z.string(), to: z.string() }),
    confirm: ({ name }) => ({
      warning: `This command will give ${kind} service ${name} the data of before its upgrade: what was written since is not in that.`,
      expect: name,
    }),
    show: ({ from, to }, { input: { name } }) => [
      step(`${kind} service ${name} runs ${to}, with the data of before its upgrade`),
      detail(`What it had under ${from} is kept: slipway ${kind}:upgrade-finish ${name} removes it`),
    ],
  });
}

function finish(kind: KindName) {
  return operation({
    summary: `Remove the data that an upgrade of a ${serviceKinds[kind].title} service has kept`,
    examples: [`${kind}:upgrade-finish db`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    input: { name: serviceName(kind) },
    output: z.object({ removed: z.string() }),
    confirm: ({ name }) => ({
      warning: `This command will remove the data that the upgrade of ${kind} service ${name} has kept.`,
      expect: name,
    }),
    show: ({ removed }) => [step(`Removed the volume ${removed}`)],
  });
}

/** Other versions of services of a kind. */
export function upgradeRows(kind: KindName) {
  return { upgrade: upgrade(kind), 'upgrade-undo': undo(kind), 'upgrade-finish': finish(kind) };
}
