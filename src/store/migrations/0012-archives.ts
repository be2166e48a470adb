/**
 * Services of which every change is kept: where, for how many days, since when; when it was
 * last restored to see that it can be; and what is kept, each a base (all data
 * files) or a part of the log, with the `since` of its data files and
 * the image that a base is of. `started_at`, `at`: when it was begun and when it was whole,
 * NULL while it is written.
 */
export const archives = `
ALTER TABLE services ADD COLUMN archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1));

CREATE TABLE archives (
  service   INTEGER PRIMARY KEY REFERENCES services (id) ON DELETE CASCADE,
  place     TEXT NOT NULL,
  keep_days INTEGER NOT NULL,
  since     INTEGER NOT NULL,
  proven_at INTEGER
) STRICT;

CREATE TABLE archive_files (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  service    INTEGER NOT NULL REFERENCES services (id) ON DELETE CASCADE,
  part       TEXT NOT NULL CHECK (part IN ('base', 'log')),
  object     TEXT NOT NULL,
  place      TEXT NOT NULL,
  bytes      INTEGER NOT NULL DEFAULT 0,
  image      TEXT,
  since      INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  at         INTEGER
) STRICT;
CREATE INDEX archive_files_of_service ON archive_files (service, at);
CREATE INDEX archive_bases_of_service ON archive_files (service, at) WHERE part = 'base';
`;
