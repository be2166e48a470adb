import { Secret } from '../base/secret.ts';
import { openKey, sealerOf } from './sealer.ts';
import { openStore } from './sqlite.ts';

/*
 * The program that durability.test.ts kills: `node endless-writer.ts STORE KEY` writes its process id, then for ever
 * an event together with a config value, and each event's id as soon as the store says that both are kept.
 */
const [path = '', keyFile = ''] = process.argv.slice(2);
const store = openStore(path, sealerOf(openKey(keyFile)));
process.stdout.write(`${process.pid}\n`);
for (;;) {
  const id = store.transaction(() => {
    const event = store.events.add({
      at: 1,
      actor: 'a',
      operation: 'o',
      app: null,
      subject: 's',
      outcome: 'ok',
    });
    store.config.set(null, { [`KEY_${event.id}`]: new Secret(`value ${event.id}`) });
    return event.id;
  });
  // A write to a pipe is done when it returns (nodejs.org, process I/O), so no id is told before it is kept.
  process.stdout.write(`${id}\n`);
}
