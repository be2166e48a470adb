import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { retryUntil } from '../../src/base/retry.ts';
import { addressOf, packageImage } from './package-image.ts';
import { randomId } from '../../src/base/ids.ts';
import type { LayerRecipe } from '../../src/builder/images/recipe.ts';
import { labels } from '../../src/model/names.ts';
import type { Docker } from '../../src/tools/docker.ts';
import { createContainer, deleteContainer, startContainer } from '../../src/tools/docker-containers.ts';

const recipe: LayerRecipe = {
  kind: 'layer',
  base: 'ruby:3.1-slim-bookworm',
  packages: ['ruby-rack', 'ruby-webrick'],
  files: [
    { path: 'srv/pack.rb', text: readFileSync(join(import.meta.dirname, 'ruby-gems/pack.rb'), 'utf8') },
  ],
  setup: ['ruby /srv/pack.rb', 'cd /srv && ls *.gem > gems.txt'],
  config: { Cmd: ['ruby', '-run', '-e', 'httpd', '/srv', '-p', '8000'] },
};

/** `rack-2.2.22` -> its file. */
export type Gems = ReadonlyMap<string, Buffer>;

/**
 * Where no RubyGems can be reached: gems that are made of the distribution's packages, as an app has them in vendor/cache.
 * The image that makes them is made once on a machine and shared by all runs.
 */
export async function debianGems(docker: Docker): Promise<Gems> {
  const instance = `t${randomId(7)}`;
  const container = await createContainer(docker, `slipway-test-${instance}-gems`, {
    Image: await packageImage(docker, 'ruby-gems', recipe),
    Labels: { [labels.instance]: instance },
  });
  try {
    await startContainer(docker, container);
    const at = `http://${await addressOf(docker, container)}:8000`;
    const list = () =>
      fetch(`${at}/gems.txt`).then(
        (answer) => (answer.ok ? answer.text() : undefined),
        () => undefined,
      );
    const names = await retryUntil(list, { firstPause: 50, maxPause: 200, timeout: 20_000 });
    if (names === undefined) throw new Error(`The gems are not served at ${at}`);
    const files = names.trim().split('\n');
    const contents = files.map(async (file): Promise<[string, Buffer]> => {
      const answer = await fetch(`${at}/${file}`);
      return [file.replace(/\.gem$/, ''), Buffer.from(await answer.arrayBuffer())];
    });
    return new Map(await Promise.all(contents));
  } finally {
    await deleteContainer(docker, container);
  }
}

/** What an app that needs exactly these has of them in its repository: path -> content. */
export function vendored(gems: Gems): Record<string, string | Buffer> {
  const files = [...gems].map(([name, content]) => [`vendor/cache/${name}.gem`, content] as const);
  return { 'Gemfile.lock': lockOf(gems), ...Object.fromEntries(files) };
}

function lockOf(gems: Gems): string {
  const split = [...gems.keys()].map((gem) => /^(.+)-([^-]+)$/.exec(gem) ?? []);
  const specs = split.map(([, name, version]) => `    ${name} (${version})\n`).join('');
  const wanted = split.map(([, name]) => `  ${name}\n`).join('');
  return `GEM\n  remote: https://gems.example.com/\n  specs:\n${specs}\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n${wanted}`;
}
