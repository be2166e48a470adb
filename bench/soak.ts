import { Sandbox } from '../test/machine/sandbox.ts';
import { growth, soak } from '../test/machine/soak.ts';
import { print } from './measure.ts';

/*
 * Many deploys and commands, and what slipwayd, HAProxy, Docker, the store and the disk hold after them, beside what they
 * held after a few. Exit status 1 when something grew that should not.
 */
const [deploys, commands] = [Number(process.argv[2] ?? 300), Number(process.argv[3] ?? 3000)];

const sandbox = await Sandbox.start();
try {
  const amount = { deploys, commands };
  const soaked = await soak(sandbox, { deploys: 15, commands: 150 }, amount);
  print(
    `${deploys} deploys and ${commands} commands`,
    [...soaked.after].map(([name, value]) => [name, `${soaked.before.get(name) ?? 0} -> ${value}`]),
  );
  const grown = growth(soaked, amount);
  for (const text of grown) console.log(`  grew: ${text}`);
  if (grown.length > 0) process.exitCode = 1;
} finally {
  await sandbox.stop();
}
