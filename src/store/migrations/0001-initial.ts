/** Times are milliseconds since 1970. `app` null is the global one. Columns named `sealed` hold what a Sealer made. */
export const initial = `
CREATE TABLE apps (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  name          TEXT NOT NULL UNIQUE,
  created_at    INTEGER NOT NULL,
  current       INTEGER,
  stopped       INTEGER NOT NULL DEFAULT 0 CHECK (stopped IN (0, 1)),
  locked        INTEGER NOT NULL DEFAULT 0 CHECK (locked IN (0, 1)),
  deploy_branch TEXT,
  -- The highest release number ever given: it is not given again, even when the release is removed.
  last_release  INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE config (
  app    INTEGER REFERENCES apps (id) ON DELETE CASCADE,
  key    TEXT NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX config_of_app ON config (app, key);
CREATE UNIQUE INDEX config_global ON config (key) WHERE app IS NULL;

CREATE TABLE properties (
  app   INTEGER REFERENCES apps (id) ON DELETE CASCADE,
  name  TEXT NOT NULL,
  value TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX properties_of_app ON properties (app, name);
CREATE UNIQUE INDEX properties_global ON properties (name) WHERE app IS NULL;

CREATE TABLE domains (
  id     INTEGER PRIMARY KEY,
  app    INTEGER REFERENCES apps (id) ON DELETE CASCADE,
  domain TEXT NOT NULL
) STRICT;
CREATE INDEX domains_of_app ON domains (app);
CREATE UNIQUE INDEX domains_taken ON domains (domain) WHERE app IS NOT NULL;
CREATE UNIQUE INDEX domains_global ON domains (domain) WHERE app IS NULL;

CREATE TABLE releases (
  app           INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  number        INTEGER NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('pending', 'passed', 'failed')),
  image         TEXT NOT NULL,
  sealed_config BLOB NOT NULL,
  processes     TEXT NOT NULL,
  formation     TEXT NOT NULL,
  domains       TEXT NOT NULL,
  revision      TEXT,
  stop_timeout  INTEGER NOT NULL,
  description   TEXT NOT NULL,
  deploy        INTEGER NOT NULL,
  created_by    TEXT NOT NULL,
  created_at    INTEGER NOT NULL,
  PRIMARY KEY (app, number)
) STRICT;

-- A release is never changed once recorded: only its state is.
CREATE TRIGGER releases_stay BEFORE UPDATE ON releases
WHEN (NEW.app, NEW.number, NEW.image, NEW.sealed_config, NEW.processes, NEW.formation, NEW.domains,
      NEW.revision, NEW.stop_timeout, NEW.description, NEW.deploy, NEW.created_by, NEW.created_at)
  IS NOT
     (OLD.app, OLD.number, OLD.image, OLD.sealed_config, OLD.processes, OLD.formation, OLD.domains,
      OLD.revision, OLD.stop_timeout, OLD.description, OLD.deploy, OLD.created_by, OLD.created_at)
BEGIN
  SELECT RAISE(ABORT, 'a release is never changed once recorded');
END;

-- A release that never passed its checks can never become current.
CREATE TRIGGER current_has_passed BEFORE UPDATE OF current ON apps
WHEN NEW.current IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM releases WHERE app = NEW.id AND number = NEW.current AND state = 'passed')
BEGIN
  SELECT RAISE(ABORT, 'only a release that passed can become current');
END;

CREATE TABLE deploys (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  app             INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  kind            TEXT NOT NULL,
  subject         TEXT NOT NULL,
  actor           TEXT NOT NULL,
  state           TEXT NOT NULL DEFAULT 'queued'
                  CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  created_at      INTEGER NOT NULL,
  started_at      INTEGER,
  finished_at     INTEGER,
  release         INTEGER,
  failure_code    TEXT,
  failure_message TEXT,
  steps           TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX deploys_of_app ON deploys (app);
CREATE INDEX deploys_unfinished ON deploys (id) WHERE finished_at IS NULL;

-- Events stay when their app goes, so they name it and do not refer to its row.
CREATE TABLE events (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  at        INTEGER NOT NULL,
  actor     TEXT NOT NULL,
  operation TEXT NOT NULL,
  app       TEXT,
  subject   TEXT NOT NULL,
  outcome   TEXT NOT NULL
) STRICT;
CREATE INDEX events_of_app ON events (app);

CREATE TABLE keys (
  name        TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE,
  public_key  TEXT NOT NULL,
  added_at    INTEGER NOT NULL
) STRICT;

-- One sealed word, to see at start whether the key belongs to this store.
CREATE TABLE seal (
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  sealed BLOB NOT NULL
) STRICT;
`;
