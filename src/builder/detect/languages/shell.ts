import type { Language } from '../language.ts';
import { refuseMissingPrograms } from '../missing-program.ts';
import { appFolder, copy } from '../plan.ts';
import { withPackages } from '../system-packages.ts';

/** Programs that need no build: a Procfile, or a start.sh, and what the distribution has. */
export const shell: Language = {
  name: 'shell',
  detects: (source) => ['start.sh', 'Procfile'].find((name) => source.has(name)),
  plan: ({ source, wishes, procfile }) => {
    // Packages of one's own may bring whatever is started.
    if (wishes.packages.run.length === 0)
      refuseMissingPrograms({ ...procfile, ...(wishes.start === null ? {} : { web: wishes.start }) });
    return {
      framework: null,
      reasons: [],
      versions: [],
      stages: [
        {
          name: 'runtime',
          from: 'debian:bookworm-slim',
          steps: [...withPackages(wishes.packages.run), copy(['.'], appFolder, { owned: true })],
        },
      ],
      start: source.has('start.sh') ? 'sh start.sh' : null,
    };
  },
};
