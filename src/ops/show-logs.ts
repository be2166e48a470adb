import { appOf } from './deps.ts';
import type { Handler } from './handler.ts';

const usual = 100;

export const showLogs: Handler<'logs'> = async (deps, call, input) => {
  const [type, index] = input.ps?.split('.') ?? [];
  const query = {
    app: appOf(call).name,
    type,
    index: index === undefined ? undefined : Number(index),
    lines: input.num ?? usual,
    follow: input.tail,
  };
  await deps.engine.logs(
    query,
    ({ time, process, text }) => call.out.out(`${time} app[${process}]: ${text}`),
    call.signal,
  );
  return null;
};
