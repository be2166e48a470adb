import { Secret } from '../base/secret.ts';
import { accessRows } from './access-rows.ts';
import { appRows } from './app-rows.ts';
import { configRows } from './config-rows.ts';
import { acmeAccountRows, acmeAttemptRows, dnsLoginRows } from './acme-rows.ts';
import { archiveRows } from './archive-rows.ts';
import { backupRows } from './backup-rows.ts';
import { certificateRows } from './certificate-rows.ts';
import { credentialRows } from './credential-rows.ts';
import { Database } from './database.ts';
import { deployRows } from './deploy-rows.ts';
import { domainRows } from './domain-rows.ts';
import { eventRows } from './event-rows.ts';
import { jobRows } from './job-rows.ts';
import { keyRows } from './key-rows.ts';
import { isOutdated, migrate } from './migrate.ts';
import { propertyRows } from './property-rows.ts';
import { releaseRows } from './release-rows.ts';
import { linkRows, serviceRows } from './service-rows.ts';
import type { Sealer, Store } from './store.ts';

/**
 * Opens the store, made or brought to the newest version where needed; `:memory:` for one that is forgotten.
 * Throws E_STORE for a file that is no store, or is newer than this program, and E_STORE_KEY
 * for one that was sealed with another key.
 * `beforeUpgrade` is called with a store of an older version before that is changed.
 */
export function openStore(
  path: string,
  sealer: Sealer,
  beforeUpgrade: (old: Pick<Store, 'copyTo'>) => void = () => {},
): Store {
  const database = new Database(path);
  try {
    if (isOutdated(database)) beforeUpgrade(database);
    migrate(database);
    checkSeal(database, sealer);
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    apps: appRows(database),
    config: configRows(database, sealer),
    properties: propertyRows(database),
    domains: domainRows(database),
    releases: releaseRows(database, sealer),
    deploys: deployRows(database),
    events: eventRows(database),
    jobs: jobRows(database, sealer),
    keys: keyRows(database),
    access: accessRows(database),
    credentials: credentialRows(database, sealer),
    certificates: certificateRows(database, sealer),
    acmeAccounts: acmeAccountRows(database, sealer),
    acmeAttempts: acmeAttemptRows(database),
    dnsLogins: dnsLoginRows(database, sealer),
    services: serviceRows(database, sealer),
    links: linkRows(database),
    backups: backupRows(database, sealer),
    archives: archiveRows(database),
    transaction: (work) => database.transaction(work),
    check: () => database.problems(),
    copyTo: (copy) => database.copyTo(copy),
    close: () => database.close(),
  };
}

/** Finds out at start, not at the first deploy, that the key is another one than the store was sealed with. */
function checkSeal(database: Database, sealer: Sealer): void {
  const sealed = database.find('SELECT sealed FROM seal', [], (row) => row.bytes('sealed'));
  if (sealed) sealer.open(sealed);
  else database.run('INSERT INTO seal (id, sealed) VALUES (1, ?)', [sealer.seal(new Secret('slipway'))]);
}
