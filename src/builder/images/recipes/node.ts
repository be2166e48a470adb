import type { NpmPart, Recipe } from '../recipe.ts';

const modules = '/usr/local/lib/node_modules';

/** A package with commands, besides Node itself: where it ends up, and the file of each command. */
interface Part extends NpmPart {
  readonly home: string;
  readonly commands: Readonly<Record<string, string>>;
}

/** The packages node-linux-* are the builds of nodejs.org, published for npm by the Node project's packagers. */
function nodeOf(major: number): NpmPart {
  return { name: 'node', spec: `node-linux-ARCH@${major}`, versionVariable: 'NODE_VERSION' };
}

/** What the official image holds besides Node: npm, yarn 1, and corepack up to Node 24. */
function partsOf(major: number, npm: number): Part[] {
  const corepack = part('corepack@0', 'corepack', { corepack: 'dist/corepack.js' });
  return [
    part(`npm@${npm}`, 'npm', { npm: 'bin/npm-cli.js', npx: 'bin/npx-cli.js' }),
    ...(major > 24 ? [] : [corepack]),
    { ...part('yarn@1', 'yarn', { yarn: 'bin/yarn.js', yarnpkg: 'bin/yarn.js' }), home: '/opt/yarn' },
  ];
}

function part(spec: string, name: string, commands: Readonly<Record<string, string>>): Part {
  return { spec, name, home: `${modules}/${name}`, commands };
}

/** Puts the files where the official image has them. */
function setupOf(parts: readonly Part[]): string[] {
  return [
    'useradd --no-log-init --uid 1000 --user-group --shell /bin/bash --create-home node',
    `mkdir -p ${modules} /usr/local/include`,
    'cd /slipway/node/package',
    'mv bin/node /usr/local/bin/node',
    'mv include/node /usr/local/include/node',
    'mv LICENSE /usr/local/LICENSE',
    'ln -s node /usr/local/bin/nodejs',
    ...parts.flatMap(installPart),
    // A build for another processor, or for another C library, shows itself here.
    'node --version',
  ];
}

function installPart({ name, home, commands }: Part): string[] {
  return [
    `mv /slipway/${name}/package ${home}`,
    ...Object.entries(commands).flatMap(([command, file]) => [
      `chmod 755 ${home}/${file}`,
      `ln -s ${home}/${file} /usr/local/bin/${command}`,
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

/** Of a major version of Node, with the major version of npm that comes with it. */
function recipe(major: number, npm: number): Recipe {
  const parts = partsOf(major, npm);
  return {
    name: `node:${major}-bookworm-slim`,
    aliases: [`node:${major}-slim`],
    seconds: 45,
    make: {
      kind: 'layer',
      base: 'debian:bookworm-slim',
      // Builds from then on use it.
      packages: major > 24 ? ['libatomic1'] : [],
      npm: [nodeOf(major), ...parts],
      files: [{ path: 'usr/local/bin/docker-entrypoint.sh', text: nodeEntrypoint, executable: true }],
      setup: setupOf(parts),
      config: { Entrypoint: ['docker-entrypoint.sh'], Cmd: ['node'] },
    },
  };
}

/** `node:22` itself is no alias: it is the large image with compilers. */
export const node: readonly Recipe[] = [
  recipe(18, 10),
  recipe(20, 10),
  recipe(22, 10),
  recipe(24, 11),
  recipe(26, 11),
];
