import { Secret } from '../base/secret.ts';
import type { AppJson } from './app-json.ts';
import { failure } from './failures.ts';
import type { Config } from './release.ts';

/**
 * What app.json's `env` adds to a config: declared values and generated secrets for keys that are not set. Throws
 * E_APP_JSON that names the required keys which have neither. `generate` makes the text of a secret.
 */
export function planEnv(env: AppJson['env'], config: Config, generate: () => string): Config {
  const open = Object.entries(env).filter(([key]) => !Object.hasOwn(config, key));
  const missing = open
    .filter(([, row]) => row.required && row.value === null && row.generator === null)
    .map(([key]) => key);
  if (missing.length > 0) {
    const first = missing.map((key) => `${key}=...`).join(' ');
    throw failure('E_APP_JSON', `app.json requires config that is not set: ${missing.join(', ')}`, {
      hint: `slipway config:set APP ${first}`,
    });
  }
  const texts = open.map(([key, row]) => [key, row.generator === 'secret' ? generate() : row.value] as const);
  return Object.fromEntries(texts.flatMap(([key, text]) => (text === null ? [] : [[key, new Secret(text)]])));
}
