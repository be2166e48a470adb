import { type Named, named, type ServiceVerb } from '../contract/service-operations.ts';
import type { KindName } from '../model/service-kind.ts';
import { archiveService, unarchiveService } from './archive-service.ts';
import {
  backupService,
  forgetBackupAuth,
  listBackups,
  removeBackup,
  restoreService,
  scheduleBackups,
  setBackupAuth,
  setEncryption,
  unscheduleBackups,
  unsetEncryption,
  verifyService,
} from './backups.ts';
import { cloneService } from './clone-service.ts';
import { connectService, enterService } from './connect-service.ts';
import { createService } from './create-service.ts';
import { destroyService } from './destroy-service.ts';
import { exposeService, unexposeService } from './expose-service.ts';
import { forkService } from './fork-service.ts';
import type { Handler } from './handler.ts';
import { finishUpgrade, undoUpgrade } from './kept-version.ts';
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
import { upgradeService } from './upgrade-service.ts';
import { restartService, startService, stopService } from './switch-service.ts';

/** Who carries out which operation on a service: the same for each kind, whose rows have the same types. */
type Verbs = { readonly [V in ServiceVerb]: Handler<`postgres:${V}`> };

/** The handlers of one kind, by the names of its operations. */
export function serviceHandlers<Kind extends KindName>(kind: Kind): Named<Kind, Verbs> {
  const verbs: Verbs = {
    create: createService(kind),
    info: infoOfService,
    list: listServices(kind),
    exists: serviceExists(kind),
    start: startService,
    stop: stopService,
    restart: restartService,
    logs: serviceLogs,
    destroy: destroyService,
    link: linkService,
    unlink: unlinkService,
    promote: promoteService,
    linked: isServiceLinked,
    links: listLinks,
    'app-links': listAppLinks(kind),
    clone: cloneService,
    fork: forkService,
    upgrade: upgradeService,
    'upgrade-undo': undoUpgrade,
    'upgrade-finish': finishUpgrade,
    expose: exposeService,
    unexpose: unexposeService,
    connect: connectService,
    enter: enterService,
    export: exportService,
    import: importService,
    'backup-archive': archiveService,
    'backup-unarchive': unarchiveService,
    backup: backupService,
    'backup-verify': verifyService,
    backups: listBackups(kind),
    'backup-remove': removeBackup(kind),
    restore: restoreService,
    'backup-auth': setBackupAuth,
    'backup-deauth': forgetBackupAuth,
    'backup-schedule': scheduleBackups,
    'backup-unschedule': unscheduleBackups,
    'backup-set-encryption': setEncryption,
    'backup-unset-encryption': unsetEncryption,
  };
  return named(kind, verbs);
}
