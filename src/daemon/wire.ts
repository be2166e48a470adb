import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AcmeClient } from '../acme/client.ts';
import { dnsProverOf } from '../acme/dns/dns-provider.ts';
import { AllBackups } from '../backup/all-backups.ts';
import { systemClock } from '../base/clock.ts';
import { makeFolder } from '../base/files.ts';
import type { Log } from '../base/log.ts';
import { Turns } from '../base/turns.ts';
import { BuildpacksBuilder } from '../builder/buildpacks/buildpacks-builder.ts';
import { PackBuilder } from '../builder/buildpacks/pack-builder.ts';
import { DetectBuilder } from '../builder/detect/detect-builder.ts';
import { DockerfileBuilder } from '../builder/dockerfile.ts';
import { DockerDisk } from '../builder/images/docker-disk.ts';
import { DockerImages } from '../builder/images/images.ts';
import { LimitedBuilds } from '../builder/limited-builds.ts';
import { archiveLimit, sourceLimits } from '../builder/source-limits.ts';
import { SourceFolders } from '../builder/source-folders.ts';
import { DockerEngine } from '../engine/docker/docker-engine.ts';
import { Names } from '../model/names.ts';
import type { Settings } from '../model/settings.ts';
import { httpsWishes } from '../ops/https-settings.ts';
import { imageSettingsOf } from '../ops/image-settings.ts';
import { AppLogs } from '../ops/app-logs.ts';
import { withKeeper } from '../ops/certificate-keeper.ts';
import { BuildQueue } from '../ops/build-queue.ts';
import { OutputFiles } from '../ops/output-files.ts';
import type { Deps } from '../ops/deps.ts';
import { Lanes } from '../ops/lanes.ts';
import { RequestLog } from '../ops/request-log.ts';
import { ReserveFile } from '../ops/reserve-file.ts';
import { Routes } from '../ops/routes.ts';
import { Spool } from '../ops/spool.ts';
import { DockerServices } from '../service/docker/docker-services.ts';
import { StoreFile } from '../store/store-file.ts';
import { diskOf } from '../tools/disk.ts';
import { Docker } from '../tools/docker.ts';
import { Background } from './background.ts';
import { certificateTools } from './certificate-tools.ts';
import { thisHost } from './host.ts';
import { sshDoors } from './doors.ts';
import { starting } from './start-up.ts';
import { openRouter } from './open-router.ts';

/** Below the root, each for slipwayd alone. */
const folders = ['store', 'work', 'sources', 'deploys', 'jobs', 'logs', 'spool', 'router', 'backups'];

/** Milliseconds that a stop waits for processes that are being retired. */
const stopPatience = 5000;

/** For tests: where a deploy reaches this step, it stays for ever. */
function pauseAt(wanted: string | null, log: Log): Deps['reached'] {
  return async (step) => {
    if (step !== wanted) return;
    log.warn({ step }, 'paused');
    await new Promise(() => {});
  };
}

/** All that works by Docker. */
function dockerDrivers(
  docker: Docker,
  settings: Settings,
  { storeFile, log }: { storeFile: StoreFile; log: Log },
) {
  const names = new Names(settings.instance, () => storeFile.keyFor('tags of images'));
  const workFolder = join(settings.root, 'work');
  const images = new DockerImages({
    docker,
    workFolder,
    names,
    settings: () => imageSettingsOf({ store: storeFile.store, settings }),
  });
  const hashKey = () => storeFile.keyFor('config of builds');
  const builds = new LimitedBuilds(docker, log);
  const parts = { docker, builds, images, extraCa: settings.extraCa, hashKey };
  return {
    names,
    images,
    imageDisk: new DockerDisk(docker, names),
    engine: new DockerEngine(docker, names, { subnets: settings.subnets }),
    services: new DockerServices(docker, names, { subnets: settings.subnets }),
    builders: {
      detect: new DetectBuilder(parts),
      dockerfile: new DockerfileBuilder(parts),
      buildpacks: new BuildpacksBuilder({ ...parts, workFolder }),
      pack: new PackBuilder({ ...parts, dockerSocket: settings.dockerSocket, workFolder }),
    },
  };
}

/** Certificates of authorities of this machine's own, as PEM; empty: none. */
function extraCa({ extraCa: paths }: Settings): string {
  return paths.map((path) => readFileSync(path, 'utf8')).join('\n');
}

/** What certificates are got with. */
function authority(settings: Settings, { store }: StoreFile): Pick<Deps, 'acme' | 'dnsProver'> {
  const ca = extraCa(settings);
  return {
    acme: new AcmeClient(ca === '' ? {} : { ca }),
    dnsProver: (provider) =>
      dnsProverOf(provider, {
        values: store.dnsLogins.find(provider) ?? {},
        program: join(settings.root, 'hooks/dns'),
        servers: settings.dnsServers,
        api: ca === '' ? {} : { ca },
      }),
  };
}

/** Given away before anything else where the disk is full: the store and its journal need some room to be opened. */
async function reserveOf({ root }: Settings): Promise<ReserveFile> {
  const reserve = new ReserveFile(join(root, 'reserve'));
  const disk = await diskOf(root);
  if (disk) await reserve.releaseIfFull(disk);
  return reserve;
}

/** The one place that knows which drivers there are. */
export async function wire(
  settings: Settings,
  log: Log,
): Promise<{ deps: Deps; close: () => Promise<void> }> {
  const at = (name: string) => join(settings.root, name);
  const reserve = await reserveOf(settings);
  for (const folder of folders) await makeFolder(at(folder));
  const docker = new Docker(settings.dockerSocket);
  const storeFile = new StoreFile(at('store'), () => systemClock.now());
  const background = new Background(log);
  const parts: Omit<Deps, 'certificates'> = {
    store: storeFile.store,
    storeFile,
    ...dockerDrivers(docker, settings, { storeFile, log }),
    sources: new SourceFolders({ folder: at('sources'), allowPrivate: settings.allowPrivateDownloads }),
    routes: new Routes(openRouter(settings), httpsWishes({ store: storeFile.store, clock: systemClock })),
    lanes: new Lanes({ slots: settings.maxJobs }),
    buildQueue: new BuildQueue({ slots: settings.maxBuilds }),
    archiveTurns: new Turns(),
    deployOutputs: new OutputFiles(at('deploys')),
    jobOutputs: new OutputFiles(at('jobs')),
    spool: new Spool(at('spool'), archiveLimit(sourceLimits)),
    appLogs: new AppLogs(at('logs')),
    requestLog: new RequestLog(at('logs')),
    backups: new AllBackups({ folder: at('backups'), ca: extraCa(settings) }),
    doors: sshDoors(settings),
    host: thisHost(settings),
    certificateTools,
    ...authority(settings, storeFile),
    reserve,
    settings,
    clock: systemClock,
    log,
    startup: { problem: starting },
    reached: pauseAt(settings.pauseAt, log),
    later: (what, work) => background.start(what, work),
    retiring: new Set(),
  };
  const deps = withKeeper(parts);
  const close = async () => {
    await deps.certificates.stop();
    await background.settled(stopPatience);
    storeFile.close();
    docker.close();
  };
  return { deps, close };
}
