import { createHmac } from 'node:crypto';
import type { Secret } from '../base/secret.ts';
import { singleQuoted } from '../model/config-text.ts';
import { configHash, configSecret } from './detect/plan-dockerfile.ts';

type Config = Readonly<Record<string, Secret>>;

/** What of an app's config build steps get: as secrets, and as build arguments that change when those do. */
export interface ConfigSecrets {
  readonly secrets: Readonly<Record<string, string>>;
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** What package managers log in with: all that an install step may know of the config. */
const installKeys =
  /^(NPM_|NODE_AUTH_TOKEN|YARN_|PNPM_|BUN_|PIP_|UV_|POETRY_|PDM_|PIPENV_|BUNDLE_|COMPOSER_AUTH|GO(PRIVATE|PROXY|NOPROXY|NOSUMDB|FLAGS)$|CARGO_|HEX_|MAVEN_|GRADLE_|DENO_AUTH|GIT_(TOKEN|AUTH))/;

/** `key`: what only this instance knows, so that a hash in the history of an image tells nothing of the values. */
export function configSecrets(config: Config, key: Uint8Array): ConfigSecrets {
  const install = Object.fromEntries(Object.entries(config).filter(([name]) => installKeys.test(name)));
  const texts = { all: shellFile(config), install: shellFile(install) };
  return {
    secrets: { [configSecret.all]: texts.all, [configSecret.install]: texts.install },
    buildArgs: { [configHash.all]: hash(texts.all, key), [configHash.install]: hash(texts.install, key) },
  };
}

/** As sh reads it; names are checked where config is set. */
function shellFile(config: Config): string {
  const lines = Object.entries(config).map(([name, value]) => `${name}=${singleQuoted(value.reveal())}\n`);
  return lines.toSorted().join('');
}

function hash(text: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 16);
}
