import { Failure } from '../base/failure.ts';
import { openLog } from '../base/log.ts';
import { isoTime } from '../base/clock.ts';
import { runDaemon } from './run-daemon.ts';
import { readSettings } from './settings.ts';

/** slipwayd: the one resident process. Ends with 0 after TERM or INT, with 1 when it cannot start. */
async function main(): Promise<void> {
  const settings = readSettings(process.env);
  process.umask(0o077);
  const log = openLog('slipwayd', settings.logLevel);
  const daemon = await runDaemon(settings, log);
  const stop = () => {
    log.info('stopping; apps run on');
    void daemon.stop().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: unknown) => {
  const text =
    error instanceof Failure
      ? [`${error.code}: ${error.message}`, ...error.detail, `Fix: ${error.hint ?? ''}`].join('\n')
      : String(error instanceof Error ? error.stack : error);
  process.stderr.write(`${isoTime(Date.now())} slipwayd could not start\n${text}\n`);
  process.exit(1);
});
