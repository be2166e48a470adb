import type { Recipe } from '../recipe.ts';

/** Where the official image keeps gems, so that those of an app are in one folder whoever made the image. */
const gems = '/usr/local/bundle';

export const ruby: readonly Recipe[] = [
  {
    name: 'ruby:3.1-slim-bookworm',
    aliases: ['ruby:3.1-slim'],
    seconds: 35,
    make: {
      kind: 'layer',
      base: 'debian:bookworm-slim',
      packages: ['bundler', 'ca-certificates', 'libyaml-0-2', 'ruby3.1', 'ruby3.1-dev', 'tzdata'],
      setup: [
        `mkdir -p ${gems} /usr/local/etc`,
        // As the official image: a gem has no documentation unless it is asked for.
        "printf 'install: --no-document\\nupdate: --no-document\\n' > /usr/local/etc/gemrc",
        `chmod 1777 ${gems}`,
        'ruby --version',
        'bundle --version',
      ],
      config: {
        Env: [
          'LANG=C.UTF-8',
          `GEM_HOME=${gems}`,
          'BUNDLE_SILENCE_ROOT_WARNING=1',
          `BUNDLE_APP_CONFIG=${gems}`,
          `PATH=${gems}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
        ],
        Cmd: ['irb'],
      },
    },
  },
];
