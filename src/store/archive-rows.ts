import { type ArchiveFile, archiveParts, type ArchivePlan } from '../model/archive.ts';
import type { Database } from './database.ts';
import type { Row } from './row.ts';
import type { ArchiveRows } from './store.ts';

export function archiveRows(database: Database): ArchiveRows {
  const files = (where: string, service: number) =>
    database.all(
      `SELECT * FROM archive_files WHERE at IS NOT NULL AND ${where} ORDER BY at, id`,
      [service],
      decodeFile,
    );
  return {
    plan: (service) =>
      database.find('SELECT * FROM archives WHERE service = ?', [service], decodePlan) ?? null,
    setPlan: (service, { place, keepDays, since, provenAt }) =>
      void database.run('INSERT OR REPLACE INTO archives VALUES (?, ?, ?, ?, ?)', [
        service,
        place,
        keepDays,
        since,
        provenAt,
      ]),
    removePlan: (service) => void database.run('DELETE FROM archives WHERE service = ?', [service]),
    files: (service) => files('service = ?', service),
    bases: (service) => files("service = ? AND part = 'base'", service),
    begin: (service, { part, object, place, image, since, startedAt }) =>
      database.get(
        `INSERT INTO archive_files (service, part, object, place, image, since, started_at)
         VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,
        [service, part, object, place, image, since, startedAt],
        (row) => row.integer('id'),
      ),
    end: (id, { bytes, at }) =>
      void database.run('UPDATE archive_files SET bytes = ?, at = ? WHERE id = ?', [bytes, at, id]),
    unfinished: () =>
      database.all('SELECT * FROM archive_files WHERE at IS NULL', [], (row) => ({
        id: row.integer('id'),
        service: row.integer('service'),
        place: row.text('place'),
        object: row.text('object'),
      })),
    remove: (id) => void database.run('DELETE FROM archive_files WHERE id = ?', [id]),
  };
}

function decodePlan(row: Row): ArchivePlan {
  return {
    place: row.text('place'),
    keepDays: row.integer('keep_days'),
    since: row.integer('since'),
    provenAt: row.integerOrNull('proven_at'),
  };
}

function decodeFile(row: Row): ArchiveFile {
  return {
    id: row.integer('id'),
    part: row.oneOf('part', archiveParts),
    object: row.text('object'),
    place: row.text('place'),
    bytes: row.integer('bytes'),
    image: row.textOrNull('image'),
    since: row.integer('since'),
    startedAt: row.integer('started_at'),
    at: row.integer('at'),
  };
}
