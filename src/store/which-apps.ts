/** Which apps a listing is of; neither: all, and what is of no app. */
export interface AppsQuery {
  readonly app?: string | undefined;
  readonly apps?: readonly string[] | undefined;
}

/** The condition for a column `app`, and its values. */
export function whichApps({ app, apps }: AppsQuery): readonly [string, readonly string[]] {
  if (app !== undefined) return ['app = ?', [app]];
  return apps ? ['app IN (SELECT value FROM json_each(?))', [JSON.stringify(apps)]] : ['true', []];
}
