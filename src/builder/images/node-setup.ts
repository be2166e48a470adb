import type { NodeRecipe } from './recipes.ts';

/** A package of npm that becomes part of the image. */
export interface NodePart {
  /** What `npm pack` is asked for. */
  readonly spec: string;
  /** Where Docker unpacks the archive before the setup runs; removed by it. */
  readonly unpacked: string;
  /** Where it ends up; undefined for Node itself, whose files are spread over /usr/local. */
  readonly home: string | undefined;
  /** Commands in /usr/local/bin and the file of the package that each one is. */
  readonly commands: Readonly<Record<string, string>>;
}

const modules = '/usr/local/lib/node_modules';

/**
 * What the official image holds: Node, npm, corepack and yarn 1. The packages node-linux-* are the builds of
 * nodejs.org, published for npm by the Node project's packagers. Throws for a processor without a package.
 */
export function nodeParts(recipe: NodeRecipe, architecture: string): NodePart[] {
  if (architecture !== 'x64' && architecture !== 'arm64')
    throw new Error(`There is no package of Node for ${architecture}`);
  return [
    {
      spec: `node-linux-${architecture}@${recipe.major}`,
      unpacked: '/slipway/node',
      home: undefined,
      commands: {},
    },
    part(`npm@${recipe.npm}`, 'npm', { npm: 'bin/npm-cli.js', npx: 'bin/npx-cli.js' }),
    part('corepack@0', 'corepack', { corepack: 'dist/corepack.js' }),
    { ...part('yarn@1', 'yarn', { yarn: 'bin/yarn.js', yarnpkg: 'bin/yarn.js' }), home: '/opt/yarn' },
  ];
}

function part(spec: string, name: string, commands: Readonly<Record<string, string>>): NodePart {
  return { spec, unpacked: `/slipway/${name}`, home: `${modules}/${name}`, commands };
}

/** The script that turns the unpacked archives into the image, run once inside the container by `sh`. */
export function nodeSetup(parts: readonly NodePart[]): string {
  return [
    'set -eu',
    'useradd --no-log-init --uid 1000 --user-group --shell /bin/bash --create-home node',
    'chown -R root:root /slipway',
    'chmod -R u=rwX,go=rX /slipway',
    `mkdir -p ${modules} /usr/local/include`,
    'cd /slipway/node/package',
    'mv bin/node /usr/local/bin/node',
    'mv include/node /usr/local/include/node',
    'mv LICENSE /usr/local/LICENSE',
    'ln -s node /usr/local/bin/nodejs',
    ...parts.flatMap(installPart),
    'cd /',
    'rm -r /slipway',
    // A build for another processor, or for another C library, shows itself here.
    'node --version',
  ].join('\n');
}

function installPart({ unpacked, home, commands }: NodePart): string[] {
  if (home === undefined) return [];
  return [
    `mv ${unpacked}/package ${home}`,
    ...Object.entries(commands).flatMap(([name, file]) => [
      `chmod 755 ${home}/${file}`,
      `ln -s ${home}/${file} /usr/local/bin/${name}`,
    ]),
  ];
}

/**
 * The documented behaviour of the official image: a first word that is a flag, or no command, is meant for node.
 * POSIX sh (dash).
 */
export const nodeEntrypoint = `#!/bin/sh
set -e
case "\${1-}" in
  '' | -*) set -- node "$@" ;;
  *)
    # A file that is not executable, such as ./server.js, is a script for node.
    if ! command -v -- "$1" >/dev/null 2>&1 || { [ -f "$1" ] && ! [ -x "$1" ]; }; then
      set -- node "$@"
    fi
    ;;
esac
exec "$@"
`;
