/** What images were made of; JSON, null for releases from before. The trigger is that of 0004 with the new column. */
export const build = `
ALTER TABLE releases ADD COLUMN build TEXT;

DROP TRIGGER releases_stay;
CREATE TRIGGER releases_stay BEFORE UPDATE ON releases
WHEN (NEW.app, NEW.number, NEW.image, NEW.sealed_config, NEW.processes, NEW.formation, NEW.domains,
      NEW.revision, NEW.stop_timeout, NEW.restart_policy, NEW.revision_variable, NEW.description, NEW.deploy,
      NEW.created_by, NEW.created_at, NEW.build)
  IS NOT
     (OLD.app, OLD.number, OLD.image, OLD.sealed_config, OLD.processes, OLD.formation, OLD.domains,
      OLD.revision, OLD.stop_timeout, OLD.restart_policy, OLD.revision_variable, OLD.description, OLD.deploy,
      OLD.created_by, OLD.created_at, OLD.build)
BEGIN
  SELECT RAISE(ABORT, 'a release is never changed once recorded');
END;
`;
