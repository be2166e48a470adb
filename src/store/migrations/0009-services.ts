/**
 * Datastores, and which apps may reach them. Times are milliseconds since 1970; `login` and `env` are sealed JSON,
 * `options` is a JSON array of words.
 */
export const services = `
CREATE TABLE services (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  kind            TEXT NOT NULL,
  name            TEXT NOT NULL,
  created_at      INTEGER NOT NULL,
  created_by      TEXT NOT NULL,
  image_reference TEXT NOT NULL,
  image_id        TEXT NOT NULL,
  image_digest    TEXT,
  sealed_login    BLOB NOT NULL,
  sealed_env      BLOB NOT NULL,
  volume          INTEGER NOT NULL,
  memory          INTEGER,
  shm             INTEGER,
  options         TEXT NOT NULL,
  state           TEXT NOT NULL CHECK (state IN ('making', 'ready', 'removing')),
  stopped         INTEGER NOT NULL CHECK (stopped IN (0, 1)),
  UNIQUE (kind, name)
) STRICT;

CREATE TABLE service_links (
  service INTEGER NOT NULL REFERENCES services (id) ON DELETE CASCADE,
  app     INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  state   TEXT NOT NULL CHECK (state IN ('linking', 'linked', 'unlinking')),
  query   TEXT NOT NULL,
  PRIMARY KEY (service, app)
) STRICT;
CREATE INDEX service_links_of_app ON service_links (app);

-- What is set for the backups of a service; the login is sealed JSON.
CREATE TABLE backup_plans (
  service           INTEGER PRIMARY KEY REFERENCES services (id) ON DELETE CASCADE,
  sealed_login      BLOB,
  bucket            TEXT,
  sealed_passphrase BLOB,
  schedule          TEXT,
  keep              TEXT,
  since             INTEGER NOT NULL
) STRICT;

-- Backups outlive their service. What was counted and what came of restoring it are JSON.
CREATE TABLE backups (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  kind        TEXT NOT NULL,
  name        TEXT NOT NULL,
  object      TEXT NOT NULL,
  place       TEXT NOT NULL,
  encrypted   INTEGER NOT NULL CHECK (encrypted IN (0, 1)),
  started_at  INTEGER NOT NULL,
  finished_at INTEGER,
  state       TEXT NOT NULL CHECK (state IN ('making', 'made', 'failed')),
  dump_bytes  INTEGER NOT NULL DEFAULT 0,
  bytes       INTEGER NOT NULL DEFAULT 0,
  counts      TEXT,
  verified    TEXT,
  failure     TEXT
) STRICT;
CREATE INDEX backups_of_service ON backups (kind, name, id);
`;
