import { type Named, named, type ServiceVerb } from '../contract/service-operations.ts';
import type { KindName } from '../model/service-kind.ts';
import {
  backupService,
  forgetBackupAuth,
  listBackups,
  restoreService,
  scheduleBackups,
  setBackupAuth,
  setEncryption,
  unscheduleBackups,
  unsetEncryption,
  verifyService,
} from './backups.ts';
import { createService } from './create-service.ts';
import { destroyService } from './destroy-service.ts';
import type { Handler } from './handler.ts';
import {
  isServiceLinked,
  linkService,
  listAppLinks,
  listLinks,
  promoteService,
  unlinkService,
} from './link-service.ts';
import { exportService, importService } from './move-data.ts';
import { infoOfService, listServices, serviceExists, serviceLogs } from './show-services.ts';
import { restartService, startService, stopService } from './switch-service.ts';

/** Who carries out which operation on a service: the same for each kind, whose rows have the same types. */
type Verbs = { readonly [V in ServiceVerb]: Handler<`postgres:${V}`> };

/** The handlers of one kind, by the names of its operations. */
export function serviceHandlers<Kind extends KindName>(kind: Kind): Named<Kind, Verbs> {
  const verbs: Verbs = {
    create: createService(kind),
    info: infoOfService(kind),
    list: listServices(kind),
    exists: serviceExists(kind),
    start: startService(kind),
    stop: stopService(kind),
    restart: restartService(kind),
    logs: serviceLogs(kind),
    destroy: destroyService(kind),
    link: linkService(kind),
    unlink: unlinkService(kind),
    promote: promoteService(kind),
    linked: isServiceLinked(kind),
    links: listLinks(kind),
    'app-links': listAppLinks(kind),
    export: exportService(kind),
    import: importService(kind),
    backup: backupService(kind),
    'backup-verify': verifyService(kind),
    backups: listBackups(kind),
    restore: restoreService(kind),
    'backup-auth': setBackupAuth(kind),
    'backup-deauth': forgetBackupAuth(kind),
    'backup-schedule': scheduleBackups(kind),
    'backup-unschedule': unscheduleBackups(kind),
    'backup-set-encryption': setEncryption(kind),
    'backup-unset-encryption': unsetEncryption(kind),
  };
  return named(kind, verbs);
}
