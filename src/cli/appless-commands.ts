import { kindNames } from '../model/service-kind.ts';

/** Of each kind of datastore: `postgres`, `postgres:create`. */
function serviceCommands(): readonly string[] {
  return kindNames.flatMap((kind) => [kind, ...serviceVerbs.map((verb) => `${kind}:${verb}`)]);
}

const serviceVerbs = [
  'backup',
  'backup-archive',
  'backup-auth',
  'backup-deauth',
  'backup-remove',
  'backup-schedule',
  'backup-set-encryption',
  'backup-unarchive',
  'backup-unschedule',
  'backup-unset-encryption',
  'backup-verify',
  'backups',
  'clone',
  'connect',
  'create',
  'destroy',
  'enter',
  'exists',
  'export',
  'expose',
  'fork',
  'import',
  'info',
  'links',
  'list',
  'logs',
  'pause',
  'restart',
  'restore',
  'start',
  'stop',
  'unexpose',
  'upgrade',
  'upgrade-finish',
  'upgrade-undo',
];

/**
 * The commands that are not about an app, so that the app of a repository is not added to them. The same as the table
 * of operations says (a test compares them); it stands here so that the program needs no table.
 */
export const applessCommands: ReadonlySet<string> = new Set([
  '',
  '__complete',
  'apps',
  // Its app is a new one.
  'apps:create',
  'apps:list',
  'cleanup:report',
  'completion',
  'doctor',
  'domains:add-global',
  'domains:clear-global',
  'domains:remove-global',
  'domains:set-global',
  'git:allow-host',
  'git:auth',
  'git:generate-deploy-key',
  'git:public-key',
  'help',
  'images',
  'images:build',
  'images:list',
  'images:report',
  'images:set',
  'images:update',
  'jobs:cancel',
  'letsencrypt:account',
  'letsencrypt:account-key',
  'letsencrypt:auto-renew',
  'letsencrypt:cron-job',
  'letsencrypt:dns',
  'report',
  'server:recover',
  'ssh-keys',
  'ssh-keys:add',
  'ssh-keys:list',
  'ssh-keys:remove',
  'version',
  ...serviceCommands(),
]);
