import { fail, fromFile, runInitFiles } from './entrypoint-parts.ts';

/**
 * The documented behaviour of the official image: a first start makes the database and runs what is in
 * /docker-entrypoint-initdb.d, with no port open until it is done; each start drops root. POSIX sh (dash).
 *
 * One difference: where the first start fails, what it made is removed, so that the next one begins anew in place of
 * serving half of it.
 */
export const postgresEntrypoint = `#!/bin/sh
set -eu

${fail}
${fromFile}
${runInitFiles}
# The database, or something else that is in the image? A question such as --version needs no database.
serves() {
  [ "$1" = postgres ] || return 1
  for word in "$@"; do
    case "$word" in -'?' | --help | --describe-config | -V | --version) return 1 ;; esac
  done
}

# A volume where an earlier major version had it would stay empty, and the data be in one that is lost.
check_mount() {
  earlier=/var/lib/postgresql/data
  case "$PGDATA/" in "$earlier"/*) return 0 ;; esac
  if mountpoint -q "$earlier" || [ -s "$earlier/PG_VERSION" ]; then
    fail "the data of PostgreSQL $PG_MAJOR is in $PGDATA: mount the volume at /var/lib/postgresql, or set PGDATA"
  fi
}

make_folders() {
  mkdir -p "$PGDATA" /var/run/postgresql
  # Whoever does not own them may not, and need not.
  chmod 700 "$PGDATA" 2>/dev/null || :
  chmod 3775 /var/run/postgresql 2>/dev/null || :
  [ -z "\${POSTGRES_INITDB_WALDIR-}" ] || mkdir -p "$POSTGRES_INITDB_WALDIR"
}

drop_root() {
  find "$PGDATA" /var/run/postgresql \${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"} ! -user postgres \\
    -exec chown postgres:postgres {} +
  HOME=/var/lib/postgresql exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
}

read_settings() {
  for name in POSTGRES_PASSWORD POSTGRES_USER POSTGRES_DB POSTGRES_INITDB_ARGS; do from_file $name; done
  export POSTGRES_USER="\${POSTGRES_USER:-postgres}"
  export POSTGRES_DB="\${POSTGRES_DB:-$POSTGRES_USER}"
  if [ -z "\${POSTGRES_PASSWORD-}" ] && [ "\${POSTGRES_HOST_AUTH_METHOD-}" != trust ]; then
    fail "set POSTGRES_PASSWORD, the password of the superuser" \\
      "(or POSTGRES_HOST_AUTH_METHOD=trust, with which everybody who reaches the port is let in)"
  fi
}

make_cluster() {
  eval "set -- \${POSTGRES_INITDB_ARGS-}"
  set -- --username="$POSTGRES_USER" \${POSTGRES_INITDB_WALDIR:+--waldir="$POSTGRES_INITDB_WALDIR"} "$@"
  if [ -n "\${POSTGRES_PASSWORD-}" ]; then
    printf '%s\\n' "$POSTGRES_PASSWORD" | initdb --pwfile=/dev/stdin "$@"
  else
    initdb "$@"
  fi
}

# Programs inside the container need no password, all others do.
allow_hosts() {
  method=\${POSTGRES_HOST_AUTH_METHOD:-$("$@" -C password_encryption)}
  printf '\\nhost all all all %s\\n' "$method" >>"$PGDATA/pg_hba.conf"
}

sql() {
  PGHOST='' PGHOSTADDR='' psql --no-psqlrc --no-password --quiet --set ON_ERROR_STOP=1 \\
    --username "$POSTGRES_USER" --dbname "\${dbname:-$POSTGRES_DB}"
}

fill_cluster() {
  "$@" -c listen_addresses='' -p "\${PGPORT:-5432}" &
  server=$!
  until PGHOST='' pg_isready -q -U "$POSTGRES_USER"; do
    kill -0 $server 2>/dev/null || fail "the database does not start"
    sleep 0.05
  done
  if [ "$POSTGRES_DB" != postgres ]; then
    printf '\\\\getenv db POSTGRES_DB\\nCREATE DATABASE :"db";\\n' | dbname=postgres sql
  fi
  run_init_files
  kill -INT $server
  wait $server
}

take_back() {
  [ -z "\${server-}" ] || { kill -QUIT $server && wait $server; } || :
  find "$PGDATA" -mindepth 1 -delete
  [ -z "\${POSTGRES_INITDB_WALDIR-}" ] || find "$POSTGRES_INITDB_WALDIR" -mindepth 1 -delete
}

first_start() {
  read_settings
  [ -z "$(ls -A "$PGDATA")" ] || fail "$PGDATA is not empty, and no database"
  trap take_back EXIT
  trap 'exit 143' INT TERM
  make_cluster
  allow_hosts "$@"
  fill_cluster "$@"
  trap - EXIT INT TERM
}

case "\${1-}" in '' | -*) set -- postgres "$@" ;; esac
if serves "$@"; then
  check_mount
  make_folders
  [ "$(id -u)" != 0 ] || drop_root "$@"
  [ -s "$PGDATA/PG_VERSION" ] || first_start "$@"
fi
exec "$@"
`;
