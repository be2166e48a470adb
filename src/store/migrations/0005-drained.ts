/** What became of the connections to the processes that a deploy replaced; JSON. */
export const drained = `
ALTER TABLE deploys ADD COLUMN drained TEXT;
`;
