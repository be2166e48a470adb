import type { Database } from './database.ts';

/**
 * Lets a table give no id up to this one any more. AUTOINCREMENT counts in sqlite_sequence, which has no row before the
 * first insert (sqlite.org/autoinc.html).
 */
export function skipTo(database: Database, table: 'deploys' | 'jobs', id: number): void {
  database.transaction(() => {
    const sql = 'UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?';
    if (database.run(sql, [id, table]) === 0)
      database.run('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)', [table, id]);
  });
}
