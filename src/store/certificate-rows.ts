import { Secret } from '../base/secret.ts';
import type { Certificate } from '../model/certificate.ts';
import { readFacts } from '../model/read-certificate.ts';
import type { Database } from './database.ts';
import type { Row } from './row.ts';
import type { CertificateRows, NewCertificate, Sealer } from './store.ts';

/** What is read out of a chain and its sealed key: half a millisecond's work. */
type Opened = Pick<Certificate, 'chain' | 'key' | 'pem' | 'facts'>;

export function certificateRows(database: Database, sealer: Sealer): CertificateRows {
  // All are asked for at each order. The chain is compared: the id of one that was taken back may come again.
  let known: ReadonlyMap<number, Opened> = new Map();
  const open = (row: Row): Opened => {
    const before = known.get(row.integer('id'));
    return before?.chain === row.text('chain') ? before : opened(row, sealer);
  };
  return {
    add: (certificate) => add(database, sealer, certificate),
    all() {
      const found = database.all(`${all} ORDER BY certificates.id`, [], (row) => decode(row, open(row)));
      known = new Map(found.map(({ id, chain, key, pem, facts }) => [id, { chain, key, pem, facts }]));
      return found;
    },
    remove: (id) => void database.run('DELETE FROM certificates WHERE id = ?', [id]),
  };
}

const all =
  'SELECT certificates.*, apps.name AS app_name FROM certificates LEFT JOIN apps ON apps.id = certificates.app';

function add(database: Database, sealer: Sealer, certificate: NewCertificate): Certificate {
  const { app, ordered, directory, pair, by, at } = certificate;
  const sql = `INSERT INTO certificates (app, ordered, directory, chain, sealed_key, created_by, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`;
  const values = [app, ordered, directory, pair.chain, sealer.seal(pair.key), by, at];
  const id = database.get(sql, values, (row) => row.integer('id'));
  return database.get(`${all} WHERE certificates.id = ?`, [id], (row) => decode(row, opened(row, sealer)));
}

function decode(row: Row, open: Opened): Certificate {
  return {
    ...open,
    id: row.integer('id'),
    app: row.textOrNull('app_name'),
    ordered: row.textOrNull('ordered'),
    directory: row.textOrNull('directory'),
    createdBy: row.text('created_by'),
    createdAt: row.integer('created_at'),
  };
}

function opened(row: Row, sealer: Sealer): Opened {
  const chain = row.text('chain');
  const key = sealer.open(row.bytes('sealed_key'));
  return { chain, key, pem: new Secret(`${chain}${key.reveal()}`), facts: readFacts(chain) };
}
