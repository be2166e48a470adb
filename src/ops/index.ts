import type { OperationName } from '../contract/operations.ts';
import { addAccess, listAccess, removeAccess } from './access.ts';
import { buildImages, listImages } from './base-images.ts';
import { reportBuilder, reportDockerfile } from './builder.ts';
import {
  addBuildpack,
  clearBuildpacks,
  listBuildpacks,
  removeBuildpack,
  setBuildpack,
} from './buildpacks.ts';
import { setConfig, unsetConfig } from './change-config.ts';
import { cancelDeploy, cancelJob } from './cancel-work.ts';
import {
  addDomains,
  clearDomains,
  disableDomains,
  enableDomains,
  removeDomains,
  resetDomains,
  setDomains,
} from './change-domains.ts';
import { disableChecks, enableChecks, skipChecks } from './check-modes.ts';
import { cleanUpNow } from './clean-up-now.ts';
import { cloneApp } from './clone-app.ts';
import { createApp } from './create-app.ts';
import { deployArchive, deployImage, deployPush, loadImage } from './deploy-source.ts';
import { destroyApp } from './destroy-app.ts';
import { diagnose } from './doctor.ts';
import { authorizeGit, initializeGit, reportGit, setGit, showGitStatus } from './git-access.ts';
import { allowHost, generateDeployKey, setGitAuth, showPublicKey } from './git-remotes.ts';
import { addGlobal, clearGlobal, removeGlobal, setAllGlobal } from './global-domains.ts';
import type { Handler } from './handler.ts';
import { reportImages } from './image-settings.ts';
import { clearConfig, importConfig } from './import-config.ts';
import {
  acceptCronJob,
  changeAccountKeys,
  disableLetsencrypt,
  bindAccount,
  enableLetsencrypt,
  isLetsencryptActive,
  keepDnsLogin,
  listCertificates,
  renewLetsencrypt,
  revokeLetsencrypt,
  setLetsencrypt,
} from './letsencrypt.ts';
import { isAppLocked, lockApp, unlockApp } from './lock-app.ts';
import {
  addCertificate,
  generateCertificate,
  removeCertificate,
  showCertificate,
} from './own-certificates.ts';
import { planBuild } from './plan-build.ts';
import { rebuildApp } from './rebuild-app.ts';
import { recoverServer } from './recover-server.ts';
import { renameApp } from './rename-app.ts';
import { clearLimits, limitResources } from './limit-resources.ts';
import { reportCleanup } from './report-cleanup.ts';
import { reportCertificates, reportRouter, setRouter } from './report-https.ts';
import { reportLogs } from './report-logs.ts';
import { reportResources } from './report-resources.ts';
import { restartApp } from './restart-app.ts';
import { restoreApps } from './restore-app.ts';
import { reportChecks, runChecks } from './run-checks.ts';
import { rollbackApp } from './rollback-app.ts';
import { scaleApp } from './scale-app.ts';
import { appExists, listApps, reportApps, showUrl, showUrls } from './show-apps.ts';
import { diffReleases, showConfigHistory } from './show-changes.ts';
import { exportConfig, getConfig, listConfigKeys, showConfig } from './show-config.ts';
import {
  listBuilds,
  listDeploys,
  reportBuilds,
  showBuild,
  showBuildOutput,
  showDeploy,
  showDeployOutput,
} from './show-deploys.ts';
import { reportDomains } from './show-domains.ts';
import { showEvents } from './show-events.ts';
import { listJobs, showJobOutput } from './show-jobs.ts';
import { showFailedLogs, showLogs } from './show-logs.ts';
import { inspectProcesses, reportProcesses } from './show-processes.ts';
import { listReleases, reportReleases, showRelease, showReleaseOutput } from './show-releases.ts';
import { reportServer, showVersion } from './show-server.ts';
import { serviceHandlers } from './service-handlers.ts';
import { propertyHandler } from './set-property.ts';
import { addKey, listKeys, removeKey } from './ssh-keys.ts';
import { syncGit } from './sync-git.ts';
import { startApp, stopApp } from './stop-app.ts';
import { updateImages } from './update-images.ts';

/** Who carries out which operation: one for each row of the table, or this does not compile. */
export const handlers: { readonly [N in OperationName]: Handler<N> } = {
  'apps:create': createApp,
  'apps:destroy': destroyApp,
  'apps:list': listApps,
  'apps:report': reportApps,
  'apps:set': propertyHandler('apps'),
  'apps:exists': appExists,
  'apps:lock': lockApp,
  'apps:unlock': unlockApp,
  'apps:locked': isAppLocked,
  'apps:rename': renameApp,
  'apps:clone': cloneApp,
  'config:set': setConfig,
  'config:unset': unsetConfig,
  'config:show': showConfig,
  'config:get': getConfig,
  'config:keys': listConfigKeys,
  'config:export': exportConfig,
  'config:bundle': exportConfig,
  'config:import': importConfig,
  'config:clear': clearConfig,
  'config:history': showConfigHistory,
  'git:set': setGit,
  'git:report': reportGit,
  'git:initialize': initializeGit,
  'git:status': showGitStatus,
  'git:from-image': deployImage,
  'git:from-archive': deployArchive,
  'git:sync': syncGit,
  'git:auth': setGitAuth,
  'git:allow-host': allowHost,
  'git:generate-deploy-key': generateDeployKey,
  'git:public-key': showPublicKey,
  'git:load-image': loadImage,
  'git:receive': deployPush,
  'git:authorize': authorizeGit,
  'builder:set': propertyHandler('builder'),
  'builder:report': reportBuilder,
  'builder:plan': planBuild,
  'builder-dockerfile:set': propertyHandler('builder-dockerfile'),
  'builder-dockerfile:report': reportDockerfile,
  releases: listReleases,
  'releases:set': propertyHandler('releases'),
  'releases:report': reportReleases,
  'releases:info': showRelease,
  'releases:output': showReleaseOutput,
  'releases:diff': diffReleases,
  rollback: rollbackApp,
  deploys: listDeploys,
  'deploys:output': showDeployOutput,
  'deploys:info': showDeploy,
  'deploys:cancel': cancelDeploy,
  builds: listBuilds,
  'builds:info': showBuild,
  'builds:output': showBuildOutput,
  'builds:set': propertyHandler('builds'),
  'builds:report': reportBuilds,
  jobs: listJobs,
  'jobs:output': showJobOutput,
  'jobs:cancel': cancelJob,
  'ps:scale': scaleApp,
  'ps:restart': restartApp,
  'ps:rebuild': rebuildApp,
  'ps:stop': stopApp,
  'ps:start': startApp,
  'ps:restore': restoreApps,
  'ps:report': reportProcesses,
  'resource:limit': limitResources,
  'resource:limit-clear': clearLimits,
  'resource:report': reportResources,
  'checks:enable': enableChecks,
  'checks:disable': disableChecks,
  'checks:skip': skipChecks,
  'checks:report': reportChecks,
  'checks:set': propertyHandler('checks'),
  'checks:run': runChecks,
  'ps:set': propertyHandler('ps'),
  'ps:inspect': inspectProcesses,
  'domains:add': addDomains,
  'domains:remove': removeDomains,
  'domains:set': setDomains,
  'domains:clear': clearDomains,
  'domains:reset': resetDomains,
  'domains:enable': enableDomains,
  'domains:disable': disableDomains,
  'domains:set-global': setAllGlobal,
  'domains:add-global': addGlobal,
  'domains:remove-global': removeGlobal,
  'domains:clear-global': clearGlobal,
  'domains:report': reportDomains,
  'certs:add': addCertificate,
  'certs:update': addCertificate,
  'certs:remove': removeCertificate,
  'certs:show': showCertificate,
  'certs:generate': generateCertificate,
  'certs:report': reportCertificates,
  'letsencrypt:set': setLetsencrypt,
  'letsencrypt:dns': keepDnsLogin,
  'letsencrypt:account': bindAccount,
  'letsencrypt:enable': enableLetsencrypt,
  'letsencrypt:auto-renew': renewLetsencrypt,
  'letsencrypt:disable': disableLetsencrypt,
  'letsencrypt:revoke': revokeLetsencrypt,
  'letsencrypt:list': listCertificates,
  'letsencrypt:active': isLetsencryptActive,
  'letsencrypt:cron-job': acceptCronJob,
  'letsencrypt:account-key': changeAccountKeys,
  'router:set': setRouter,
  'router:report': reportRouter,
  logs: showLogs,
  'logs:failed': showFailedLogs,
  'logs:set': propertyHandler('logs'),
  'logs:report': reportLogs,
  'ssh-keys:add': addKey,
  'ssh-keys:list': listKeys,
  'ssh-keys:remove': removeKey,
  'access:add': addAccess,
  'access:remove': removeAccess,
  'access:list': listAccess,
  events: showEvents,
  'buildpacks:list': listBuildpacks,
  'buildpacks:add': addBuildpack,
  'buildpacks:set': setBuildpack,
  'buildpacks:remove': removeBuildpack,
  'buildpacks:clear': clearBuildpacks,
  'images:list': listImages,
  'images:build': buildImages,
  'images:update': updateImages,
  'images:set': propertyHandler('images'),
  'images:report': reportImages,
  version: showVersion,
  url: showUrl,
  urls: showUrls,
  cleanup: cleanUpNow,
  'cleanup:set': propertyHandler('cleanup'),
  'cleanup:report': reportCleanup,
  report: reportServer,
  'server:recover': recoverServer,
  doctor: diagnose,
  ...serviceHandlers('postgres'),
  ...serviceHandlers('mysql'),
  ...serviceHandlers('mariadb'),
  ...serviceHandlers('redis'),
  ...serviceHandlers('valkey'),
  ...serviceHandlers('memcached'),
  ...serviceHandlers('rabbitmq'),
  ...serviceHandlers('nats'),
};
