/** Times are milliseconds since 1970. A certificate without an app is for all; `ordered` is the domain it was ordered for. */
export const certificates = `
CREATE TABLE certificates (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  app        INTEGER REFERENCES apps (id) ON DELETE CASCADE,
  ordered    TEXT,
  directory  TEXT,
  chain      TEXT NOT NULL,
  sealed_key BLOB NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX certificates_of_app ON certificates (app);

-- Whom a certificate authority, by the address of its directory, knows us as.
CREATE TABLE acme_accounts (
  directory      TEXT PRIMARY KEY,
  url            TEXT,
  email          TEXT,
  sealed_key     BLOB NOT NULL,
  binding_id     TEXT,
  sealed_binding BLOB
) STRICT;

-- What changes records at a DNS provider: a JSON object of names and values.
CREATE TABLE dns_logins (
  provider TEXT PRIMARY KEY,
  sealed   BLOB NOT NULL
) STRICT;

-- Each try to get a certificate. One without an outcome was cut off.
CREATE TABLE acme_attempts (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  domain      TEXT NOT NULL,
  directory   TEXT NOT NULL,
  renews      INTEGER NOT NULL CHECK (renews IN (0, 1)),
  at          INTEGER NOT NULL,
  outcome     TEXT CHECK (outcome IN ('issued', 'failed', 'not-ready')),
  code        TEXT,
  message     TEXT,
  retry_after INTEGER
) STRICT;
CREATE INDEX acme_attempts_of_domain ON acme_attempts (domain, id);
CREATE INDEX acme_attempts_by_time ON acme_attempts (at);
`;
