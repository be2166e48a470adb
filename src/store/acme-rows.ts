import { z } from 'zod';
import { Secret } from '../base/secret.ts';
import type { AcmeAttempt } from '../model/acme-attempt.ts';
import type { AcmeAccount } from '../model/acme-account.ts';
import type { Database } from './database.ts';
import type { Row } from './row.ts';
import type { AcmeAccountRows, AcmeAttemptRows, DnsLoginRows, Sealer } from './store.ts';

export function acmeAccountRows(database: Database, sealer: Sealer): AcmeAccountRows {
  return {
    find: (directory) =>
      database.find('SELECT * FROM acme_accounts WHERE directory = ?', [directory], (row) =>
        decodeAccount(row, sealer),
      ),
    all: () =>
      database.all('SELECT * FROM acme_accounts ORDER BY directory', [], (row) => decodeAccount(row, sealer)),
    set: ({ directory, url, email, key, binding }) =>
      void database.run('INSERT OR REPLACE INTO acme_accounts VALUES (?, ?, ?, ?, ?, ?)', [
        directory,
        url,
        email,
        sealer.seal(key),
        binding?.keyId ?? null,
        binding === null ? null : sealer.seal(binding.hmacKey),
      ]),
    remove: (directory) => void database.run('DELETE FROM acme_accounts WHERE directory = ?', [directory]),
  };
}

export function acmeAttemptRows(database: Database): AcmeAttemptRows {
  return {
    begin: ({ domain, directory, renews, at }) =>
      database.get(
        'INSERT INTO acme_attempts (domain, directory, renews, at) VALUES (?, ?, ?, ?) RETURNING id',
        [domain, directory, renews ? 1 : 0, at],
        (row) => row.integer('id'),
      ),
    end: (id, { outcome, failure }) =>
      void database.run(
        'UPDATE acme_attempts SET outcome = ?, code = ?, message = ?, retry_after = ? WHERE id = ?',
        [outcome, failure?.code ?? null, failure?.message ?? null, failure?.retryAfter ?? null, id],
      ),
    since: (at) =>
      database.all('SELECT * FROM acme_attempts WHERE at >= ? ORDER BY id DESC', [at], decodeAttempt),
    prune: (before) => void database.run('DELETE FROM acme_attempts WHERE at < ?', [before]),
  };
}

export function dnsLoginRows(database: Database, sealer: Sealer): DnsLoginRows {
  return {
    set: (provider, values) => {
      const plain = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.reveal()]));
      const sealed = sealer.seal(new Secret(JSON.stringify(plain)));
      database.run('INSERT OR REPLACE INTO dns_logins (provider, sealed) VALUES (?, ?)', [provider, sealed]);
    },
    find: (provider) =>
      database.find('SELECT sealed FROM dns_logins WHERE provider = ?', [provider], (row) => {
        const plain = login.parse(JSON.parse(sealer.open(row.bytes('sealed')).reveal()));
        return Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, new Secret(value)]));
      }),
  };
}

const login = z.record(z.string(), z.string());

function decodeAccount(row: Row, sealer: Sealer): AcmeAccount {
  const keyId = row.textOrNull('binding_id');
  return {
    directory: row.text('directory'),
    url: row.textOrNull('url'),
    email: row.textOrNull('email'),
    key: sealer.open(row.bytes('sealed_key')),
    binding: keyId === null ? null : { keyId, hmacKey: sealer.open(row.bytes('sealed_binding')) },
  };
}

const outcomes = ['issued', 'failed', 'not-ready'] as const;

function decodeAttempt(row: Row): AcmeAttempt {
  const code = row.textOrNull('code');
  return {
    id: row.integer('id'),
    domain: row.text('domain'),
    directory: row.text('directory'),
    renews: row.flag('renews'),
    at: row.integer('at'),
    outcome: row.textOrNull('outcome') === null ? null : row.oneOf('outcome', outcomes),
    failure:
      code === null
        ? null
        : { code, message: row.text('message'), retryAfter: row.integerOrNull('retry_after') },
  };
}
