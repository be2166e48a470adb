/** The address and port of this machine at which a service may be reached: JSON, or null. */
export const exposed = `
ALTER TABLE services ADD COLUMN exposed TEXT;
`;
