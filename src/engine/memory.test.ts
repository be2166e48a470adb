import { engineContract } from './engine.contract.ts';
import type { Program } from './engine-under-test.contract.ts';
import { type Behaviour, MemoryEngine } from './memory.ts';

const behaviours: Readonly<Record<Program, Behaviour>> = {
  web: {},
  silent: { healthy: false },
  exits: { output: ['no database'], exit: 3 },
  talks: { output: ['one', 'two', 'three'] },
  succeeds: { output: ['one', 'two', 'three'] },
  endless: { output: ['begun'], delay: 3_600_000 },
};

function engine(): MemoryEngine {
  return new MemoryEngine({ behave: (spec) => behaviours[spec.command?.[0] as Program] });
}

engineContract('memory', async () => {
  const own = engine();
  return {
    engine: own,
    stranger: engine(),
    image: 'sha256:0',
    command: (program) => [program],
    leftovers: async () => (await own.list()).map((process) => process.id),
  };
});
