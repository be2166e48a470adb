import type { Recipe } from '../recipe.ts';

/** The commands that the official image has in /usr/local/bin, and the distribution's program of each. */
const commands: Readonly<Record<string, string>> = {
  python: 'python3',
  python3: 'python3',
  pip: 'pip3',
  pip3: 'pip3',
};

/**
 * The distribution's own Python. Its libraries without the interpreter's static archive: the headers are what compiling a
 * package needs.
 */
export const python: readonly Recipe[] = [
  {
    name: 'python:3.11-slim-bookworm',
    aliases: [],
    seconds: 40,
    make: {
      kind: 'layer',
      base: 'debian:bookworm-slim',
      packages: [
        'ca-certificates',
        'libpython3.11-dev',
        'netbase',
        'python3',
        'python3-pip',
        'python3-venv',
        'tzdata',
      ],
      setup: [
        ...Object.entries(commands).map(
          ([command, program]) => `ln -s /usr/bin/${program} /usr/local/bin/${command}`,
        ),
        // Nothing but pip installs here, so that it may.
        'rm /usr/lib/python3.11/EXTERNALLY-MANAGED',
        'rm -f /usr/lib/python3.11/config-*/*.a /usr/lib/*/libpython3.11.a',
        'python --version',
        'pip --version',
      ],
      config: { Env: ['LANG=C.UTF-8'], Cmd: ['python3'] },
    },
  },
];
