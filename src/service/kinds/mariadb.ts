import type { ServiceLogin } from '../../model/service.ts';
import { dumpEnd, type InsideCommand, type Kind } from '../service.ts';
import { loginUrl } from './login-url.ts';

const port = 3306;

/** By TCP, as apps come: the socket answers while it is still being made. */
function inside({ user, password, database }: ServiceLogin, ...argv: string[]): InsideCommand {
  return { argv, env: { MYSQL_HOST: '127.0.0.1', MYSQL_PWD: password, DB_USER: user, DB_NAME: database } };
}

/**
 * SQL has no transaction around changes of tables here. All of the dump is taken in first, to its end;
 * then the data goes, having been dumped itself, and is put back where the new one is not taken to its end.
 */
const restore = `set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
sql() { mariadb --host=127.0.0.1 --user=root "$@"; }
fill() {
  sql -e "DROP DATABASE IF EXISTS \\\`$DB_NAME\\\`; CREATE DATABASE \\\`$DB_NAME\\\`"
  sql "$DB_NAME" < "$1"
}
cat > "$folder/new"
if ! tail -n 1 "$folder/new" | grep -qxF -e '${dumpEnd.trim()}' ||
  { head -n 3 "$folder/new" | grep -qE '^-- (MariaDB|MySQL) dump ' &&
    ! tail -n 5 "$folder/new" | grep -q '^-- Dump completed'; }; then
  echo 'the dump ends before its end' >&2
  exit 1
fi
mariadb-dump --host=127.0.0.1 --user=root --single-transaction --routines --triggers --events "$DB_NAME" > "$folder/old"
fill "$folder/new" || { fill "$folder/old"; exit 1; }`;

const dump =
  'exec mariadb-dump --host=127.0.0.1 --user="$DB_USER" --single-transaction --no-tablespaces --routines --triggers "$DB_NAME"';

/** One statement for each table, made by the first one. */
const count = `sql() { mariadb --host=127.0.0.1 --user="$DB_USER" -N -B "$DB_NAME" "$@"; }
sql -e "SELECT CONCAT('SELECT ', QUOTE(table_name), ', COUNT(*) FROM \\\`', REPLACE(table_name, '\\\`', '\\\`\\\`'), '\\\`;')
  FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'" | sql`;

/** Of all of the server, which has one database; its user sees its own statements alone. */
const facts = `exec mariadb --host=127.0.0.1 --user="$DB_USER" -N -B "$DB_NAME" <<'SQL'
SELECT 'size', SUM(data_length + index_length) FROM information_schema.tables WHERE table_schema = DATABASE();
SELECT 'connections', CAST(variable_value AS SIGNED) - 1 FROM information_schema.global_status WHERE variable_name = 'THREADS_CONNECTED';
SELECT 'connections-max', @@max_connections;
SELECT 'hits', SUM(CAST(variable_value AS SIGNED) * IF(variable_name = 'INNODB_BUFFER_POOL_READS', -1, 1))
  FROM information_schema.global_status
  WHERE variable_name IN ('INNODB_BUFFER_POOL_READ_REQUESTS', 'INNODB_BUFFER_POOL_READS');
SELECT 'misses', variable_value FROM information_schema.global_status WHERE variable_name = 'INNODB_BUFFER_POOL_READS';
SELECT 'longest', MAX(time) FROM information_schema.processlist
  WHERE command IN ('Query', 'Execute') AND id <> CONNECTION_ID();
SQL`;

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
  count: (login) => inside(login, 'bash', '-o', 'pipefail', '-c', count),
  facts: (login) => inside(login, 'sh', '-c', facts),
  restore: (login) =>
    inside({ ...login, password: login.adminPassword }, 'bash', '-o', 'pipefail', '-c', restore),
};
