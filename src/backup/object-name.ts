/** Parts apart by slashes, as `postgres/db/20261126T030000Z-k3jd8s`: never a way out of where backups are kept. */
export function checkObjectName(name: string): string {
  const fine = /^[a-z0-9][A-Za-z0-9_-]*(\/[a-z0-9][A-Za-z0-9_-]*)*$/.test(name) && name.length <= 200;
  if (!fine) throw new Error(`${JSON.stringify(name.slice(0, 80))} is no name of a backup`);
  return name;
}
