import { pipeline } from 'node:stream/promises';
import { failure } from '../model/failures.ts';
import { serviceKinds } from '../model/service-kind.ts';
import type { InsideCommand } from '../service/service.ts';
import { type Call, type Deps, serviceOf } from './deps.ts';
import type { Handler } from './handler.ts';

/** The best shell that an image has. */
const shell = ['sh', '-c', 'if command -v bash >/dev/null; then exec bash; else exec sh; fi'];

/** Its own client, logged in. */
export const connectService: Handler<'postgres:connect'> = async (deps, call) => {
  const { kind, name, login } = serviceOf(call);
  const client = deps.services.kinds[kind].client?.(login);
  if (client) return { exitCode: await converse(deps, call, client) };
  throw failure('E_INPUT', `The image of ${serviceKinds[kind].title} has no client to talk with it`, {
    hint: `slipway ${kind}:enter ${name} opens a shell in its container`,
  });
};

export const enterService: Handler<'postgres:enter'> = async (deps, call, { command }) => ({
  exitCode: await converse(deps, call, { argv: command.length > 0 ? command : shell, env: {} }),
});

/** Lets the caller talk with a command until it ends; gives its exit status. */
async function converse(deps: Deps, call: Call, command: InsideCommand): Promise<number> {
  const { stdin, bytes, terminal, signal, out } = call;
  const service = serviceOf(call);
  if (bytes === null) throw failure('E_INPUT', 'A conversation is for a face that takes bytes');
  const onError = (line: string) => out.warning(line);
  const { input, output, end } = await deps.services.attach(service, command, { terminal, signal, onError });
  let broken: unknown;
  if (stdin) pipeline(stdin, input).catch((error: unknown) => (broken = error));
  else input.end();
  try {
    for await (const chunk of output) await bytes(chunk as Buffer);
    return await end;
  } catch (error) {
    await end.catch(() => {});
    signal.throwIfAborted();
    throw broken ?? error;
  }
}
