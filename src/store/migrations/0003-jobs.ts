/** Jobs know their app by its name, also where it is not there yet or no more. `sealed_order`: what a detached one has still to do. */
export const jobs = `
CREATE TABLE jobs (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  app             TEXT NOT NULL,
  operation       TEXT NOT NULL,
  actor           TEXT NOT NULL,
  state           TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'succeeded', 'failed', 'cancelled')),
  created_at      INTEGER NOT NULL,
  started_at      INTEGER,
  finished_at     INTEGER,
  failure_code    TEXT,
  failure_message TEXT,
  detached        INTEGER NOT NULL CHECK (detached IN (0, 1)),
  sealed_order    BLOB
) STRICT;
CREATE INDEX jobs_of_app ON jobs (app);
CREATE INDEX jobs_unfinished ON jobs (id) WHERE finished_at IS NULL;
`;
