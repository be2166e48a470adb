import type { ServiceLogin } from '../../model/service.ts';
import { dumpEnd, type InsideCommand, type Kind } from '../service.ts';
import { loginUrl } from './login-url.ts';
import { postgresArchive } from './postgres-archive.ts';

const port = 5432;
const folder = '/var/lib/postgresql/data';

/** The variables of libpq; by TCP, as apps come, and not by the socket, which answers while it is still being made. */
function inside({ user, password, database }: ServiceLogin, ...argv: string[]): InsideCommand {
  const env = { PGHOST: '127.0.0.1', PGUSER: user, PGPASSWORD: password, PGDATABASE: database };
  return { argv, env };
}

/**
 * Reads an archive of pg_dump or SQL, told apart by the archive's first bytes, and takes it in one transaction: what
 * fails changes nothing. An archive that ends too early fails by itself. SQL is kept only if it came whole, and, where it
 * is of pg_dump, to the line at its end: else a last statement fails.
 */
const restore = `set -eu
head=$(head -c 5 | tr -d '\\0')
if [ "$head" = PGDMP ]; then
  { printf PGDMP; cat; } | pg_restore --single-transaction --clean --if-exists --no-owner --no-acl -d "$PGDATABASE"
else
  { printf '%s' "$head"; cat; } |
    awk -v end='${dumpEnd.trim()}' 'BEGIN { print "BEGIN;" } $0 == end { came = 1; next } { print }
      /^-- PostgreSQL database dump$/ { begun = 1 } /^-- PostgreSQL database dump complete$/ { whole = 1 }
      END { print came && (whole || !begun) ? ";\\nCOMMIT;" : "\\\\.\\n;\\nSELECT the_dump_ends_before_its_end;" }' |
    psql --quiet --no-psqlrc -v ON_ERROR_STOP=1 -o /dev/null
fi`;

/** One statement for each table, made by the first one. */
const count = `exec psql --quiet --no-psqlrc -tA -F '\t' -v ON_ERROR_STOP=1 <<'SQL'
SELECT format('SELECT %L, count(*) FROM %I.%I', schemaname || '.' || tablename, schemaname, tablename)
  FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
\\gexec
SQL`;

const beyond = `SELECT 'database ' || datname FROM pg_database
  WHERE NOT datistemplate AND datname NOT IN (current_database(), 'postgres')
UNION ALL SELECT 'role ' || rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> current_user ORDER BY 1`;

/** Of its one database. Who may connect as a superuser has a few places more, which are not counted. */
const facts = `exec psql --quiet --no-psqlrc -tA -F '\t' -v ON_ERROR_STOP=1 <<'SQL'
SELECT 'size', pg_database_size(current_database());
SELECT 'connections', count(*) FROM pg_stat_activity
  WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid();
SELECT 'connections-max', current_setting('max_connections');
SELECT unnest(ARRAY['hits', 'misses']), unnest(ARRAY[blks_hit, blks_read])
  FROM pg_stat_database WHERE datname = current_database();
SELECT 'longest', round(extract(epoch FROM max(now() - query_start))::numeric, 1) FROM pg_stat_activity
  WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid();
SQL`;

/** From a checkpoint of now, with the log that was written meanwhile. */
const base = ['pg_basebackup', '--pgdata=-', '--format=tar', '--wal-method=fetch', '--checkpoint=fast'];

/** From within its container the server trusts; the password stands in a variable of the environment alone. */
const adopt = `rm -rf "$PGDATA/slipway_archive"
exec psql --quiet --no-psqlrc -v ON_ERROR_STOP=1 <<'SQL'
\\set password \`printenv PGPASSWORD\`
ALTER ROLE CURRENT_USER PASSWORD :'password';
SQL`;

export const postgres: Kind = {
  name: 'postgres',
  image: 'postgres',
  version: '15',
  port,
  folder,
  user: 'postgres',
  env: ({ user, password, database }) => ({
    POSTGRES_USER: user,
    POSTGRES_PASSWORD: password,
    POSTGRES_DB: database,
    // From 18 on the image has it elsewhere, where no volume of ours is.
    PGDATA: folder,
  }),
  command: ['postgres'],
  url: (login, host) => loginUrl('postgres', login, { host, port }),
  ready: (login) => inside(login, 'psql', '-qtAc', 'SELECT 1'),
  client: (login) => inside(login, 'psql'),
  dump: (login) => inside(login, 'pg_dump', '--format=custom', '--no-owner', '--no-acl'),
  count: (login) => inside(login, 'sh', '-c', count),
  beyond: (login) =>
    inside(login, 'psql', '--quiet', '--no-psqlrc', '-tA', '-v', 'ON_ERROR_STOP=1', '-c', beyond),
  facts: (login) => inside(login, 'sh', '-c', facts),
  base: (login) => inside(login, ...base),
  archive: postgresArchive(inside),
  adopt: (login) => inside(login, 'sh', '-c', adopt),
  restore: (login) => inside(login, 'bash', '-o', 'pipefail', '-c', restore),
};
