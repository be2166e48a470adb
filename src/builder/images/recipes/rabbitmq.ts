import type { Recipe } from '../recipe.ts';
import { fail, fromFile } from './entrypoint-parts.ts';

const home = '/var/lib/rabbitmq';

/**
 * The documented behaviour of the official image. The server itself reads RABBITMQ_DEFAULT_USER, _PASS and _VHOST.
 * POSIX sh (dash).
 *
 * The cookie is there before the server is: a tool that somebody runs inside as root would make one that the server
 * may not read.
 */
export const rabbitmqEntrypoint = `#!/bin/sh
set -eu

${fail}
${fromFile}
make_cookie() {
  cookie=${home}/.erlang.cookie
  [ -z "\${RABBITMQ_ERLANG_COOKIE-}" ] || rm -f "$cookie"
  [ -s "$cookie" ] || (
    umask 0377
    printf %s "\${RABBITMQ_ERLANG_COOKIE:-$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \\n')}" >"$cookie.new"
    mv "$cookie.new" "$cookie"
  )
}

case "\${1-}" in '' | -*) set -- rabbitmq-server "$@" ;; esac
if [ "$1" = rabbitmq-server ]; then
  if [ "$(id -u)" = 0 ]; then
    find ${home} ! -user rabbitmq -exec chown rabbitmq:rabbitmq {} +
    exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups "$0" "$@"
  fi
  for name in DEFAULT_USER DEFAULT_PASS DEFAULT_VHOST ERLANG_COOKIE; do from_file "RABBITMQ_$name"; done
  make_cookie
fi
exec "$@"
`;

/** As in the official image: the first account may log in from elsewhere, also where it has its standard name. */
const settings = 'loopback_users.guest = false\nlog.console = true\n';

export const rabbitmq: readonly Recipe[] = [
  {
    name: 'rabbitmq:3.10',
    aliases: ['rabbitmq:3'],
    seconds: 50,
    make: {
      kind: 'layer',
      base: 'debian:bookworm-slim',
      users: [{ name: 'rabbitmq', id: 999, home }],
      packages: ['ca-certificates', 'rabbitmq-server'],
      files: [
        { path: 'usr/local/bin/docker-entrypoint.sh', text: rabbitmqEntrypoint, executable: true },
        { path: 'etc/rabbitmq/conf.d/10-defaults.conf', text: settings },
        { path: 'etc/rabbitmq/enabled_plugins', text: '[rabbitmq_prometheus].\n' },
      ],
      setup: [
        `rm -rf ${home}`,
        `install -d -o rabbitmq -g rabbitmq -m 700 ${home}`,
        'chown -R rabbitmq:rabbitmq /etc/rabbitmq /var/log/rabbitmq',
        'ls /usr/lib/rabbitmq/bin/rabbitmq-diagnostics',
      ],
      config: {
        Env: [
          'LANG=C.UTF-8',
          `HOME=${home}`,
          `RABBITMQ_DATA_DIR=${home}`,
          'RABBITMQ_LOGS=-',
          // The programs themselves come before Debian's wrappers, which run them as another user and write to files.
          'PATH=/usr/lib/rabbitmq/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        ],
        Entrypoint: ['docker-entrypoint.sh'],
        Cmd: ['rabbitmq-server'],
        ExposedPorts: Object.fromEntries(
          [4369, 5671, 5672, 15_691, 15_692, 25_672].map((port) => [`${port}/tcp`, {}]),
        ),
        Volumes: { [home]: {} },
      },
    },
  },
];
