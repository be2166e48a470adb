import { failure } from '../model/failures.ts';
import { processEnv } from '../model/plan-processes.ts';
import { releaseEntry, type Release } from '../model/release.ts';
import { startCommand } from '../model/start-command.ts';
import { currentReleaseOf } from './current-release.ts';
import type { DeployWork } from './deploy-work.ts';
import type { Deps } from './deps.ts';
import { joinedNetworks } from './joined-networks.ts';

/** Runs the `release` entry of the Procfile in the new image, streamed. Its failure stops the deploy. */
export async function runReleaseTask(deps: Deps, work: DeployWork, release: Release): Promise<void> {
  const line = release.processes[releaseEntry]?.command;
  if (line === undefined || line === null || !newImage(deps, work, release)) return;
  work.out.step(`Running the release command: ${line}`);
  await work.steps.time('release', async () => {
    const task = {
      app: release.app,
      deploy: work.deploy.id,
      purpose: releaseEntry,
      image: release.image.id,
      command: startCommand(line),
      env: processEnv(release),
      joined: joinedNetworks(deps, work.app),
    };
    const { exitCode } = await deps.engine.runTask(task, { out: work.out, signal: work.signal });
    if (exitCode !== 0)
      throw failure('E_RELEASE_TASK', `The release command "${line}" ended with exit code ${exitCode}`);
  });
}

/** The command belongs to new code: a change of config or scale of the same image does not migrate again. */
function newImage(deps: Deps, { app }: DeployWork, release: Release): boolean {
  return currentReleaseOf(deps, app)?.image.id !== release.image.id;
}
