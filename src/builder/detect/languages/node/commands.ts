import type { CacheMount } from '../../plan.ts';
import type { ManagerName } from './choose-installer.ts';

export interface InstallOptions {
  /** There is a lock file, and it is followed to the letter. */
  readonly locked: boolean;
  /** With what only the build needs. */
  readonly dev: boolean;
}

export interface PruneOptions {
  readonly workspaces: boolean;
  readonly version: string | undefined;
  readonly locked: boolean;
}

/** How a package manager is asked for what a build needs. */
export interface ManagerCommands {
  /** As people call it, and as package.json calls it: `yarn`. */
  readonly program: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** Brings it into Node's image; undefined: that has it. */
  setup(version: string | undefined): string | undefined;
  install(options: InstallOptions): string;
  /** Takes away what only the build needs; undefined: this version cannot. */
  prune(options: PruneOptions): string | undefined;
  readonly cache: CacheMount;
  readonly env: Readonly<Record<string, string>>;
}

const everywhere = 'find . -name node_modules -type d -prune -exec rm -rf {} +';

const npm: ManagerCommands = {
  program: 'npm',
  setup: (version) => (version === undefined ? undefined : `npm install -g npm@${version}`),
  install: ({ locked, dev }) =>
    `npm ${locked ? 'ci' : 'install'} --${dev ? 'include' : 'omit'}=dev --prefer-offline --no-audit --no-fund`,
  prune: () => 'npm prune --omit=dev --ignore-scripts --no-audit --no-fund',
  cache: { target: '/root/.npm' },
  env: {},
};

const pnpm: ManagerCommands = {
  program: 'pnpm',
  setup: (version) => `npm install -g pnpm@${version ?? '10'}`,
  install: ({ locked, dev }) =>
    `pnpm install --${locked ? '' : 'no-'}frozen-lockfile --prod${dev ? '=false' : ''} --prefer-offline`,
  prune: ({ workspaces, version, locked }) =>
    workspaces || Number.parseInt(version ?? '10', 10) < 9
      ? `${everywhere} && ${pnpm.install({ locked, dev: false })}`
      : 'pnpm prune --prod --ignore-scripts',
  cache: { target: '/root/.pnpm-store' },
  // The second is the name from pnpm 11 on.
  env: { npm_config_store_dir: '/root/.pnpm-store', pnpm_config_store_dir: '/root/.pnpm-store' },
};

/** yarn's own host is another name of npm's registry: where the source names none, npm's configuration is right for both. */
const yarnRegistry =
  'grep -qs ^registry .yarnrc || export YARN_REGISTRY="${YARN_REGISTRY:-$(npm config get registry)}"; ';

const yarn: ManagerCommands = {
  program: 'yarn',
  // Images of newer Nodes come without it.
  setup: (version) => `command -v yarn >/dev/null || npm install -g yarn@${version ?? '1'}`,
  install: ({ locked, dev }) =>
    `${yarnRegistry}yarn install${locked ? ' --frozen-lockfile' : ''} --production=${!dev} --prefer-offline --non-interactive`,
  prune: ({ locked }) => `${yarn.install({ locked, dev: false })} --ignore-scripts`,
  cache: { target: '/root/.yarn-cache', locked: true },
  env: { YARN_CACHE_FOLDER: '/root/.yarn-cache' },
};

const berryRegistry =
  'grep -qs ^npmRegistryServer .yarnrc.yml || export YARN_NPM_REGISTRY_SERVER="${YARN_NPM_REGISTRY_SERVER:-$(npm config get registry)}"; ';

const berry: ManagerCommands = {
  program: 'yarn',
  setup: (version) => `npm install -g --force @yarnpkg/cli-dist@${version ?? '4'}`,
  install: ({ locked, dev }) => {
    const install = `${berryRegistry}yarn install --${locked ? '' : 'no-'}immutable`;
    return dev ? install : `${install} && yarn workspaces focus --all --production`;
  },
  prune: ({ version }) =>
    Number.parseInt(version ?? '4', 10) < 4
      ? undefined
      : `${berryRegistry}yarn workspaces focus --all --production`,
  cache: { target: '/root/.yarn/berry/cache', locked: true },
  // Without node_modules a program would have to be started by yarn.
  env: { YARN_NODE_LINKER: 'node-modules', YARN_ENABLE_TELEMETRY: '0', YARN_ENABLE_GLOBAL_CACHE: 'true' },
};

const bun: ManagerCommands = {
  program: 'bun',
  setup: (version) => `npm install -g bun@${version ?? '1'}`,
  install: ({ locked, dev }) =>
    `bun install${locked ? ' --frozen-lockfile' : ''}${dev ? '' : ' --production'}`,
  prune: ({ locked }) => `${everywhere} && ${bun.install({ locked, dev: false })}`,
  cache: { target: '/root/.bun/install/cache' },
  env: {},
};

export const managerCommands: Readonly<Record<ManagerName, ManagerCommands>> = {
  npm,
  pnpm,
  yarn,
  berry,
  bun,
};
