/** Which builder made the image of a deploy. */
export const builder = `
ALTER TABLE deploys ADD COLUMN builder TEXT;
`;
