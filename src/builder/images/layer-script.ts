import type { LayerRecipe, LayerUser } from './recipe.ts';

/** The script that is run once in the container of a layer, by `sh`, as root. Nothing of it stays in the image. */
export function layerScript({ users = [], packages = [], npm = [], setup }: LayerRecipe): string {
  return [
    'set -eu',
    ...users.flatMap(addUser),
    ...(packages.length > 0 ? install(packages) : []),
    // The archives carry the numbers of the users who packed them.
    ...(npm.length > 0 ? ['chown -R root:root /slipway', 'chmod -R u=rwX,go=rX /slipway'] : []),
    ...setup,
    'cd /',
    'rm -rf /slipway',
  ].join('\n');
}

function addUser({ name, id, home }: LayerUser): string[] {
  return [
    `groupadd --system --gid ${id} ${name}`,
    `useradd --system --no-log-init --uid ${id} --gid ${name} --home-dir ${home} --shell /bin/sh ${name}`,
  ];
}

function install(packages: readonly string[]): string[] {
  return [
    'export DEBIAN_FRONTEND=noninteractive',
    'apt-get update -qq',
    `apt-get install -qq -y --no-install-recommends ${packages.join(' ')} >/dev/null`,
    'rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/apt /var/log/dpkg.log /var/log/alternatives.log',
  ];
}
