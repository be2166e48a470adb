import { fail, fromFile, runInitFiles } from './entrypoint-parts.ts';

/** MYSQL_* are the older names of MARIADB_*. */
const settings = [
  'ROOT_PASSWORD',
  'ROOT_HOST',
  'RANDOM_ROOT_PASSWORD',
  'ALLOW_EMPTY_ROOT_PASSWORD',
  'DATABASE',
  'USER',
  'PASSWORD',
];

/**
 * The documented behaviour of the official image: a first start makes the database, its accounts, and runs what is in
 * /docker-entrypoint-initdb.d, with no port open until it is done; each start drops root. POSIX sh (dash).
 *
 * Accounts without a password, which mariadb-install-db makes for whoever is on the same host, do not stay.
 * One difference: where the first start fails, what it made is removed, so that the next one begins anew.
 */
export const mariadbEntrypoint = `#!/bin/sh
set -eu

${fail}
${fromFile}
${runInitFiles}
serves() {
  case "$1" in mariadbd | mysqld) ;; *) return 1 ;; esac
  for word in "$@"; do
    case "$word" in -'?' | --help | -V | --version | --print-defaults) return 1 ;; esac
  done
}

# Where the words and the files of settings say that the data is.
data_folder() {
  "$@" --verbose --help --log-bin-index=/tmp/none 2>/dev/null | awk '$1 == "datadir" { print $2; exit }'
}

drop_root() {
  mkdir -p "$data" /run/mysqld
  find "$data" /run/mysqld ! -user mysql -exec chown mysql:mysql {} +
  exec setpriv --reuid=mysql --regid=mysql --init-groups "$0" "$@"
}

read_settings() {
  for name in ${settings.join(' ')}; do
    from_file "MARIADB_$name"
    from_file "MYSQL_$name"
    value=$(printenv "MARIADB_$name" || printenv "MYSQL_$name" || :)
    export "MARIADB_$name=$value"
  done
  empty=\${MARIADB_ALLOW_EMPTY_ROOT_PASSWORD:-\${MYSQL_ALLOW_EMPTY_PASSWORD-}}
  [ -n "$MARIADB_ROOT_PASSWORD$MARIADB_RANDOM_ROOT_PASSWORD$empty" ] || fail "set MARIADB_ROOT_PASSWORD" \\
    "(or MARIADB_RANDOM_ROOT_PASSWORD, or MARIADB_ALLOW_EMPTY_ROOT_PASSWORD)"
  [ -z "$MARIADB_USER" ] || [ -n "$MARIADB_PASSWORD" ] || fail "MARIADB_USER is set, but no MARIADB_PASSWORD"
  if [ -n "$MARIADB_RANDOM_ROOT_PASSWORD" ]; then
    MARIADB_ROOT_PASSWORD=$(head -c 24 /dev/urandom | base64)
    echo "GENERATED ROOT PASSWORD: $MARIADB_ROOT_PASSWORD"
  fi
}

# So that the database may have a name with any letters: \`db\`, 'text'.
name() { printf '\`%s\`' "$(printf %s "$1" | sed 's/\`/\`\`/g')"; }
text() { printf "'%s'" "$(printf %s "$1" | sed "s/'/''/g")"; }

accounts() {
  root=$(text "$MARIADB_ROOT_PASSWORD")
  # In a text, only a quote has a meaning then.
  echo "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES', SESSION sql_log_bin = 0;"
  echo "DELETE FROM mysql.global_priv WHERE User IN ('', 'root') AND NOT (User = 'root' AND Host = 'localhost');"
  echo "DELETE FROM mysql.proxies_priv WHERE NOT (User = 'root' AND Host = 'localhost');"
  echo "FLUSH PRIVILEGES;"
  echo "SET PASSWORD FOR root@localhost = PASSWORD($root);"
  host=\${MARIADB_ROOT_HOST:-%}
  if [ "$host" != localhost ]; then
    echo "CREATE USER root@$(text "$host") IDENTIFIED BY $root;"
    echo "GRANT ALL ON *.* TO root@$(text "$host") WITH GRANT OPTION;"
  fi
  [ -z "$MARIADB_DATABASE" ] || echo "CREATE DATABASE IF NOT EXISTS $(name "$MARIADB_DATABASE");"
  if [ -n "$MARIADB_USER" ]; then
    echo "CREATE USER $(text "$MARIADB_USER")@'%' IDENTIFIED BY $(text "$MARIADB_PASSWORD");"
    # In a grant, these two stand for any letters.
    pattern=$(name "$MARIADB_DATABASE" | sed 's/[_%]/\\\\&/g')
    [ -z "$MARIADB_DATABASE" ] || echo "GRANT ALL ON $pattern.* TO $(text "$MARIADB_USER")@'%';"
  fi
}

sql() {
  MYSQL_PWD=\${password-$MARIADB_ROOT_PASSWORD} mariadb --no-defaults --protocol=socket --socket="$socket" --user=root \\
    --batch --database="\${database-$MARIADB_DATABASE}"
}

# Starts it where only this container reaches it.
start_alone() {
  socket=/run/mysqld/first-start.sock
  "$@" --skip-networking --socket="$socket" --skip-slave-start --wsrep-on=OFF &
  server=$!
  until mariadb-admin --no-defaults --socket="$socket" --user=nobody ping >/dev/null 2>&1; do
    kill -0 $server 2>/dev/null || fail "the database does not start"
    sleep 0.1
  done
}

stop_again() {
  kill $server
  wait $server
  unset server
}

take_back() {
  [ -z "\${server-}" ] || { kill -KILL $server && wait $server; } || :
  find "$data" -mindepth 1 -delete
}

first_start() {
  read_settings
  trap take_back EXIT
  trap 'exit 143' INT TERM
  mariadb-install-db --datadir="$data" --auth-root-authentication-method=normal --skip-test-db --skip-log-bin >/dev/null
  start_alone "$@"
  if [ -z "\${MARIADB_INITDB_SKIP_TZINFO-}" ]; then
    mariadb-tzinfo-to-sql --skip-write-binlog /usr/share/zoneinfo 2>/dev/null | password='' database=mysql sql
  fi
  accounts | password='' database=mysql sql
  run_init_files
  stop_again
  trap - EXIT INT TERM
}

# Of an earlier version, where it is asked for.
upgrade() {
  [ -n "\${MARIADB_AUTO_UPGRADE-}" ] || return 0
  start_alone "$@" --skip-grant-tables
  mariadb-upgrade --no-defaults --protocol=socket --socket="$socket" --user=root
  stop_again
}

case "\${1-}" in '' | -*) set -- mariadbd "$@" ;; esac
if serves "$@"; then
  data=$(data_folder "$@")
  [ "$(id -u)" != 0 ] || drop_root "$@"
  if [ -d "$data/mysql" ]; then upgrade "$@"; else first_start "$@"; fi
fi
exec "$@"
`;
