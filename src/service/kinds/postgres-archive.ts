import type { ServiceLogin } from '../../model/service.ts';
import type { Archive, InsideCommand } from '../service.ts';

/*
 * Continuous archiving (PostgreSQL's manual, "Continuous Archiving and Point-in-Time Recovery"): the server puts each
 * finished piece of its log, compressed, into a folder beside its data, from where it is fetched. One that starts from
 * base files reads them from the same folder.
 */

/** Seconds after which a piece is ended that has anything in it. */
const longestPiece = 30;

const folder = '$PGDATA/slipway_archive';

/** On the disk, and under its own name, before the server is told that it is kept. */
const keepPiece = `mkdir -p "${folder}" && zstd -q -1 < "%p" > "${folder}/%f.part" && sync "${folder}/%f.part" && mv "${folder}/%f.part" "${folder}/%f.zst"`;

const options = [
  'archive_mode=on',
  `archive_timeout=${longestPiece}`,
  `archive_command=${keepPiece}`,
].flatMap((option) => ['-c', option]);

/** Pieces of the log, its histories, and notes of base backups. */
const pieceName = /^slipway_archive\/[0-9A-F]{8}([0-9A-F]{16}(\.[0-9A-F]{8}\.backup)?|\.history)\.zst$/;

/** So many at a time, or 1 GiB of log. */
const most = 64;

const waiting = `cd "$PGDATA" && ls slipway_archive/*.zst 2>/dev/null | head -n ${most}`;

/**
 * Where nothing was written since the last piece ended, the position is the begin of one that is not there yet: from 17 on
 * `pg_walfile_name` names that, and before it the last one (release notes of PostgreSQL 17). A byte before it is in the last.
 */
const flush = `sql() { psql --quiet --no-psqlrc -tAX -v ON_ERROR_STOP=1 -c "$1"; }
piece=$(sql 'SELECT pg_walfile_name(pg_switch_wal() - 1)') || exit 1
for _ in $(seq 100); do
  [ "$(sql "SELECT coalesce(last_archived_wal >= '$piece', false) FROM pg_stat_archiver")" = t ] && exit 0
  sleep 0.2
done
echo 'the last piece of the log was not put aside within 20 seconds' >&2
exit 1`;

const stalled = `cd "$PGDATA" && old=$(find slipway_archive -name '*.zst' -mmin +5 2>/dev/null | wc -l)
[ "$old" -eq 0 ] || echo "$old pieces of its log were not fetched for more than 5 minutes"
psql --quiet --no-psqlrc -tAX -c "SELECT 'its server could not put a piece of its log aside since ' || last_failed_time::timestamp(0)
  FROM pg_stat_archiver WHERE last_failed_time > coalesce(last_archived_time, '-infinity')"`;

/** The server asks for pieces by their names, to its own path; a name of a zone, as `Z` is, it does not take here. It is in recovery as long as that file is there. */
function recovering(until: number | null): readonly string[] {
  const settings = [
    `restore_command=zstd -q -d < "${folder}/%f.zst" > "%p"`,
    'recovery_target_action=promote',
    ...(until === null ? [] : [`recovery_target_time=${new Date(until).toISOString().replace('Z', '+00')}`]),
  ];
  const start =
    '[ ! -e "$PGDATA/backup_label" ] || touch "$PGDATA/recovery.signal"; exec docker-entrypoint.sh postgres "$@"';
  return ['bash', '-c', start, 'bash', ...settings.flatMap((setting) => ['-c', setting])];
}

const recovered =
  '[ "$(psql --quiet --no-psqlrc -tAX -c "SELECT pg_is_in_recovery()")" = f ] && rm -rf "$PGDATA/slipway_archive"';

/** `inside`: a command of its client, logged in. */
export function postgresArchive(inside: (login: ServiceLogin, ...argv: string[]) => InsideCommand): Archive {
  const script = (text: string) => (login: ServiceLogin) => inside(login, 'bash', '-c', text);
  const onPieces = (login: ServiceLogin, command: string, names: readonly string[]) => {
    const pieces = names.filter((name) => pieceName.test(name));
    return inside(login, 'bash', '-c', `cd "$PGDATA" && exec ${command} -- "$@"`, 'bash', ...pieces);
  };
  return {
    options,
    waiting: script(waiting),
    isPiece: (name) => pieceName.test(name),
    pack: (login, names) => onPieces(login, 'tar -c', names),
    forget: (login, names) => onPieces(login, 'rm -f', names),
    flush: script(flush),
    stalled: script(stalled),
    recovering,
    recovered: script(recovered),
    endedShort: /recovery ended before configured recovery target was reached/,
  };
}
