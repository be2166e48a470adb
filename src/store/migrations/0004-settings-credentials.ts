/** Releases from before have what was the only choice then. The trigger is that of 0001 with the new columns. */
export const settingsAndCredentials = `
ALTER TABLE releases ADD COLUMN restart_policy TEXT NOT NULL DEFAULT 'unless-stopped';
ALTER TABLE releases ADD COLUMN revision_variable TEXT NOT NULL DEFAULT 'GIT_REV';

DROP TRIGGER releases_stay;
CREATE TRIGGER releases_stay BEFORE UPDATE ON releases
WHEN (NEW.app, NEW.number, NEW.image, NEW.sealed_config, NEW.processes, NEW.formation, NEW.domains,
      NEW.revision, NEW.stop_timeout, NEW.restart_policy, NEW.revision_variable, NEW.description, NEW.deploy,
      NEW.created_by, NEW.created_at)
  IS NOT
     (OLD.app, OLD.number, OLD.image, OLD.sealed_config, OLD.processes, OLD.formation, OLD.domains,
      OLD.revision, OLD.stop_timeout, OLD.restart_policy, OLD.revision_variable, OLD.description, OLD.deploy,
      OLD.created_by, OLD.created_at)
BEGIN
  SELECT RAISE(ABORT, 'a release is never changed once recorded');
END;

-- Logins for git:sync over https; the host is in small letters, with its port where that is not 443.
CREATE TABLE credentials (
  host     TEXT PRIMARY KEY,
  username TEXT NOT NULL,
  sealed   BLOB NOT NULL
) STRICT;
`;
