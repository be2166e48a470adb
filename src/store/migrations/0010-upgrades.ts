/**
 * Upgrades of datastores. `kept`: what a service was before, as JSON without its login; its data is there still.
 * `filling`: the number of the volume that an upgrade fills, which is not whole yet.
 */
export const upgrades = `
ALTER TABLE services ADD COLUMN kept TEXT;
ALTER TABLE services ADD COLUMN filling INTEGER;
`;
