import type { ServiceLogin } from '../../model/service.ts';
import type { KindName } from '../../model/service-kind.ts';
import { dumpEnd, type InsideCommand, type Kind } from '../service.ts';
import { loginUrl } from './login-url.ts';

const port = 3306;

/** What differs between MariaDB and MySQL, which it comes from. */
export interface MysqlProgram {
  readonly name: KindName;
  readonly version: string;
  /** Names of its programs. */
  readonly client: string;
  readonly dump: string;
  readonly server: string;
  /** Begin of the names of the variables of its image. */
  readonly variables: string;
}

/** By TCP, as apps come: the socket answers while it is still being made. */
function inside({ user, password, database }: ServiceLogin, ...argv: string[]): InsideCommand {
  return { argv, env: { MYSQL_PWD: password, DB_USER: user, DB_NAME: database } };
}

/**
 * SQL has no transaction around changes of tables here. All of the dump is taken in first, to its end;
 * then the data goes, having been dumped itself, and is put back where the new one is not taken to its end.
 */
const restore = ({ client, dump }: MysqlProgram) => `set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
sql() { ${client} --host=127.0.0.1 --user=root "$@"; }
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
${dump} --host=127.0.0.1 --user=root --single-transaction --routines --triggers --events "$DB_NAME" > "$folder/old"
fill "$folder/new" || { fill "$folder/old"; exit 1; }`;

const dump = (program: MysqlProgram) =>
  `exec ${program.dump} --host=127.0.0.1 --user="$DB_USER" --single-transaction --no-tablespaces --routines --triggers "$DB_NAME"`;

/** One statement for each table, made by the first one. */
const count = ({
  client,
}: MysqlProgram) => `sql() { ${client} --host=127.0.0.1 --user="$DB_USER" -N -B "$DB_NAME" "$@"; }
sql -e "SELECT CONCAT('SELECT ', QUOTE(table_name), ', COUNT(*) FROM \\\`', REPLACE(table_name, '\\\`', '\\\`\\\`'), '\\\`;')
  FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'" | sql`;

/** Users that the programs and their images make by themselves. */
const ownUsers = [
  'root',
  'mysql.sys',
  'mysql.session',
  'mysql.infoschema',
  'mariadb.sys',
  'healthcheck',
  'PUBLIC',
];

const beyond = ({
  client,
  name,
}: MysqlProgram) => `exec ${client} --host=127.0.0.1 --user=root -N -B "$DB_NAME" <<'SQL'
SELECT CONCAT('database ', schema_name) FROM information_schema.schemata
  WHERE schema_name NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema', DATABASE());
SELECT DISTINCT CONCAT('user ', user) FROM mysql.user
  WHERE user NOT IN ('', ${[name, ...ownUsers].map((user) => `'${user}'`).join(', ')});
SQL`;

/** Of all of the server, which has one database; its user sees its own statements alone. */
const facts = ({
  client,
}: MysqlProgram) => `${client} --host=127.0.0.1 --user="$DB_USER" -N -B "$DB_NAME" <<'SQL' |
SHOW GLOBAL STATUS WHERE variable_name IN
  ('Threads_connected', 'Innodb_buffer_pool_read_requests', 'Innodb_buffer_pool_reads');
SELECT 'connections-max', @@max_connections;
SELECT 'size', SUM(data_length + index_length) FROM information_schema.tables WHERE table_schema = DATABASE();
SELECT 'longest', MAX(time) FROM information_schema.processlist
  WHERE command IN ('Query', 'Execute') AND id <> CONNECTION_ID();
SQL
awk -F '\\t' '
  $1 == "Threads_connected" { printf "connections\\t%.0f\\n", $2 - 1; next }
  $1 == "Innodb_buffer_pool_read_requests" { requests = $2; next }
  $1 == "Innodb_buffer_pool_reads" { reads = $2; next }
  { print }
  END { printf "hits\\t%.0f\\nmisses\\t%.0f\\n", requests - reads, reads }'`;

/** A row of the table of kinds. */
export function mysqlFamily(program: MysqlProgram): Kind {
  const { name, version, client, server, variables } = program;
  const clientOf = (words: string) => `exec ${client} --host=127.0.0.1 --user="$DB_USER" ${words} "$DB_NAME"`;
  return {
    name,
    image: name,
    version,
    port,
    folder: '/var/lib/mysql',
    user: name,
    env: ({ user, password, adminPassword, database }) => ({
      [`${variables}_USER`]: user,
      [`${variables}_PASSWORD`]: password,
      [`${variables}_ROOT_PASSWORD`]: adminPassword,
      [`${variables}_DATABASE`]: database,
    }),
    command: [server, '--character-set-server=utf8mb4', '--collation-server=utf8mb4_unicode_ci'],
    url: (login, host) => loginUrl('mysql', login, { host, port }),
    ready: (login) => inside(login, 'sh', '-c', clientOf('-e "SELECT 1"')),
    client: (login) => inside(login, 'sh', '-c', clientOf('')),
    dump: (login) => inside(login, 'sh', '-c', dump(program)),
    beyond: (login) => inside({ ...login, password: login.adminPassword }, 'sh', '-c', beyond(program)),
    count: (login) => inside(login, 'bash', '-o', 'pipefail', '-c', count(program)),
    facts: (login) => inside(login, 'sh', '-c', facts(program)),
    base: null,
    adopt: null,
    archive: null,
    restore: (login) =>
      inside({ ...login, password: login.adminPassword }, 'bash', '-o', 'pipefail', '-c', restore(program)),
  };
}
