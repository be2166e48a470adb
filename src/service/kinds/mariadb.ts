import type { ServiceLogin } from '../../model/service.ts';
import type { InsideCommand, Kind } from '../service.ts';
import { loginUrl } from './login-url.ts';

const port = 3306;

/** By TCP, as apps come: the socket answers while it is still being made. */
function inside({ user, password, database }: ServiceLogin, ...argv: string[]): InsideCommand {
  return { argv, env: { MYSQL_HOST: '127.0.0.1', MYSQL_PWD: password, DB_USER: user, DB_NAME: database } };
}

/**
 * SQL has no transaction around changes of tables here: it is first taken by a database that nobody sees. Only when that
 * has all of it, to the line that a dump ends with, it takes the place of the other one.
 */
const restore = `set -eu
scratch=slipway_import
sql() { mariadb --host=127.0.0.1 --user=root "$@"; }
trap 'sql -e "DROP DATABASE IF EXISTS $scratch"' EXIT
sql -e "DROP DATABASE IF EXISTS $scratch; CREATE DATABASE $scratch"
awk '{ print } /^-- (MariaDB|MySQL) dump / { begun = 1 } /^-- Dump completed/ { whole = 1 }
  END { if (begun && !whole) print ";\\nSELECT the_dump_ends_before_its_end;" }' | sql "$scratch"
sql -e "DROP DATABASE IF EXISTS \\\`$DB_NAME\\\`; CREATE DATABASE \\\`$DB_NAME\\\`"
mariadb-dump --host=127.0.0.1 --user=root --single-transaction --routines --triggers --events "$scratch" | sql "$DB_NAME"`;

const dump =
  'exec mariadb-dump --host=127.0.0.1 --user="$DB_USER" --single-transaction --no-tablespaces --routines --triggers "$DB_NAME"';

export const mariadb: Kind = {
  name: 'mariadb',
  image: 'mariadb',
  version: '10.11',
  port,
  folder: '/var/lib/mysql',
  user: 'mariadb',
  env: ({ user, password, adminPassword, database }) => ({
    MARIADB_USER: user,
    MARIADB_PASSWORD: password,
    MARIADB_ROOT_PASSWORD: adminPassword,
    MARIADB_DATABASE: database,
  }),
  command: ['mariadbd', '--character-set-server=utf8mb4', '--collation-server=utf8mb4_unicode_ci'],
  url: (login, host) => loginUrl('mysql', login, { host, port }),
  ready: (login) => inside(login, 'sh', '-c', 'exec mariadb --user="$DB_USER" -e "SELECT 1" "$DB_NAME"'),
  client: (login) => inside(login, 'sh', '-c', 'exec mariadb --host=127.0.0.1 --user="$DB_USER" "$DB_NAME"'),
  dump: (login) => inside(login, 'sh', '-c', dump),
  restore: (login) =>
    inside({ ...login, password: login.adminPassword }, 'bash', '-o', 'pipefail', '-c', restore),
};
