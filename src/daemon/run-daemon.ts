import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from 'node:http';
import type { Log } from '../base/log.ts';
import type { Settings } from '../model/settings.ts';
import { makeFolder } from '../base/files.ts';
import { actorOfKey } from '../ops/access.ts';
import type { Deps } from '../ops/deps.ts';
import { copyDaily } from './copy-daily.ts';
import { faces } from './faces.ts';
import { type Door, keyActor, listen, rootActor } from './server.ts';
import { openRequestPipe } from '../router/request-pipe.ts';
import { routerPaths } from '../router/router-paths.ts';
import { tellRequests } from '../ops/tell-requests.ts';
import { routerFolder } from './open-router.ts';
import { ownerOf } from './owner-of.ts';
import { runArchives } from './run-archives.ts';
import { runBackups } from './run-backups.ts';
import { startUp } from './start-up.ts';
import { watchDisk } from './watch-disk.ts';
import { wire } from './wire.ts';

export interface Daemon {
  /** Takes no more requests, ends those that can be cancelled, closes the store. Apps and router run on. */
  stop(): Promise<void>;
}

/** Starts slipwayd: store, doors, then router and recovery, which may have to wait; ready when it returns. */
export async function runDaemon(settings: Settings, log: Log): Promise<Daemon> {
  await makeFolder(settings.root, 0o711);
  await makeFolder(join(settings.root, 'run'), 0o711);
  const { deps, close } = await wire(settings, log);
  const answer = faces(deps);
  const run = join(settings.root, 'run');
  const servers = [
    await listen({ path: join(run, 'root.sock'), mode: 0o600, gid: 0, actor: rootActor }, answer),
    await listen(keyDoor(deps), answer),
  ];
  const requests = await openRequestPipe(requestPipeOf(settings), (lines) => tellRequests(deps, lines));
  await startUp(deps);
  await deps.certificates.start();
  const stopCopying = copyDaily(deps);
  const stopWatching = watchDisk(deps);
  const stopBackups = runBackups(deps);
  const stopArchives = runArchives(deps);
  log.info({ instance: settings.instance, problem: deps.startup.problem?.message }, 'ready');
  return {
    async stop() {
      stopCopying();
      stopWatching();
      stopBackups();
      stopArchives();
      await Promise.all(servers.map(closed));
      await undone(deps);
      await requests.close();
      await close();
    },
  };
}

function requestPipeOf(settings: Settings): string {
  return routerPaths(routerFolder(settings)).requests;
}

function keyDoor({ settings, store }: Deps): Door {
  return {
    path: join(settings.root, 'run', 'door.sock'),
    mode: 0o660,
    gid: ownerOf(settings.sshUser).gid,
    actor: keyActor((name) => actorOfKey(store, name)),
  };
}

/** Milliseconds for deploys that were cut off to undo what they made. */
const undoPatience = 10_000;

async function undone({ lanes }: Deps): Promise<void> {
  const late = new AbortController();
  await Promise.race([lanes.close(), sleep(undoPatience, undefined, late)]);
  late.abort();
}

/** Cuts the connections: a deploy before its switch is cancelled by that, and undone. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
