import type { ServiceLogin } from '../../model/service.ts';
import type { InsideCommand, Kind } from '../service.ts';
import { loginUrl } from './login-url.ts';

const port = 6379;

/** Valkey comes from Redis: its programs begin with its own name, and do the same. */
type RedisName = 'redis' | 'valkey';

/** Both read this variable. */
function inside({ password }: ServiceLogin, ...argv: string[]): InsideCommand {
  return { argv, env: { REDISCLI_AUTH: password } };
}

/**
 * The image knows no variable for the password; in the words of a command it could be seen. A dump is that of a replica:
 * from a file it comes at once, and without a mark behind its end.
 */
const start = (name: RedisName) =>
  `exec docker-entrypoint.sh ${name}-server --requirepass "$REDIS_PASSWORD" --appendonly yes --repl-diskless-sync no --dir /data "$@"`;

/**
 * A second server reads the file first, to the checksum at its end, and does not begin where it is none: then nothing has
 * changed. The first one then copies from it as its replica, and is nobody's replica again.
 */
const restore = (name: RedisName) => `set -eu
folder=$(mktemp -d)
socket="$folder/redis.sock"
trap '${name}-cli -s "$socket" shutdown nosave >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
cat > "$folder/dump.rdb"
${name}-server --dir "$folder" --port 6390 --bind 127.0.0.1 --unixsocket "$socket" --requirepass "$REDISCLI_AUTH" \\
  --save '' --appendonly no --repl-diskless-sync no > "$folder/log" 2>&1 &
until ${name}-cli -s "$socket" ping 2>/dev/null | grep -q PONG; do
  kill -0 $! 2>/dev/null || { tail -n 3 "$folder/log" >&2; exit 1; }
  sleep 0.1
done
keys=$(${name}-cli -s "$socket" dbsize)
${name}-cli config set masterauth "$REDISCLI_AUTH" >/dev/null
${name}-cli replicaof 127.0.0.1 6390 >/dev/null
until ${name}-cli info replication | grep -q 'master_link_status:up'; do sleep 0.1; done
${name}-cli replicaof no one >/dev/null
${name}-cli config set masterauth '' >/dev/null
[ "$(${name}-cli dbsize)" = "$keys" ]`;

const count = (name: RedisName) =>
  `${name}-cli INFO keyspace | sed -n 's/^\\(db[0-9]*\\):keys=\\([0-9]*\\),.*/\\1\\t\\2/p'`;

/** Of the clients the last one is that which asks. */
const facts = (name: RedisName) => `${name}-cli INFO | tr -d '\\r' | sed -n \
  -e 's/^used_memory:/size\t/p' -e 's/^maxclients:/connections-max\t/p' \
  -e 's/^keyspace_hits:/hits\t/p' -e 's/^keyspace_misses:/misses\t/p'
clients=$(${name}-cli CLIENT LIST TYPE normal | grep -c '^id=')
printf 'connections\\t%s\\n' $((clients - 1))`;

/** A row of the table of kinds. */
export function redisFamily(
  name: RedisName,
  image: { readonly image: string; readonly version: string },
): Kind {
  const cli = `${name}-cli`;
  return {
    name,
    ...image,
    port,
    folder: '/data',
    user: '',
    env: ({ password }) => ({ REDIS_PASSWORD: password }),
    command: ['sh', '-c', start(name), name],
    url: (login, host) => loginUrl('redis', { ...login, user: '', database: '' }, { host, port }),
    ready: (login) => inside(login, 'sh', '-c', `${cli} ping | grep -q PONG`),
    client: (login) => inside(login, cli),
    dump: (login) => inside(login, cli, '--rdb', '-'),
    beyond: null,
    count: (login) => inside(login, 'sh', '-c', count(name)),
    facts: (login) => inside(login, 'sh', '-c', facts(name)),
    base: null,
    adopt: null,
    archive: null,
    restore: (login) => inside(login, 'sh', '-c', restore(name)),
  };
}
