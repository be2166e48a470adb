import type { LayerRecipe, Recipe } from '../recipe.ts';
import { mariadbEntrypoint } from './mariadb-entrypoint.ts';

const data = '/var/lib/mysql';

/** Names of clients are not looked up: there is none to be found in a network of containers. */
const settings = '[mariadbd]\nskip-name-resolve\nhost-cache-size = 0\n';

const setup = [
  // Debian lets only its own host in, and makes a database as it installs the server.
  "sed -i '/^bind-address/d' /etc/mysql/mariadb.conf.d/50-server.cnf",
  `rm -rf ${data}`,
  `install -d -o mysql -g mysql -m 755 ${data}`,
  'install -d -o mysql -g mysql -m 1777 /run/mysqld',
  'rm -f /etc/ssl/private/ssl-cert-snakeoil.key /etc/ssl/certs/ssl-cert-snakeoil.pem',
  'mkdir -p /docker-entrypoint-initdb.d',
  'mariadbd --version',
  'mariadb-backup --version',
];

function makeOf(base: string): LayerRecipe {
  return {
    kind: 'layer',
    base,
    users: [{ name: 'mysql', id: 999, home: data }],
    packages: ['mariadb-server', 'mariadb-backup', 'tzdata', 'xz-utils', 'zstd'],
    files: [
      { path: 'etc/mysql/mariadb.conf.d/90-container.cnf', text: settings },
      { path: 'usr/local/bin/docker-entrypoint.sh', text: mariadbEntrypoint, executable: true },
    ],
    setup,
    config: {
      Env: ['LANG=C.UTF-8'],
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['mariadbd'],
      ExposedPorts: { '3306/tcp': {} },
      Volumes: { [data]: {} },
    },
  };
}

export const mariadb: readonly Recipe[] = [
  { name: 'mariadb:10.11', aliases: ['mariadb:10'], seconds: 60, make: makeOf('debian:bookworm-slim') },
  { name: 'mariadb:11.8', aliases: ['mariadb:11'], seconds: 60, make: makeOf('debian:trixie-slim') },
];
