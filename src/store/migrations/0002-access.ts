/** Keys that are there may do everything, as before. A grant goes with its key and with its app. */
export const access = `
ALTER TABLE keys ADD COLUMN role TEXT NOT NULL DEFAULT 'admin' CHECK (role IN ('admin', 'deployer'));

CREATE TABLE access (
  key TEXT NOT NULL REFERENCES keys (name) ON DELETE CASCADE,
  app INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  PRIMARY KEY (key, app)
) STRICT;
CREATE INDEX access_of_app ON access (app);
`;
