import { run, type RunStep } from './plan.ts';

/** The step that installs packages of the distribution; none for none. Its name leads no list of the image's own. */
export function withPackages(packages: readonly string[]): readonly RunStep[] {
  if (packages.length === 0) return [];
  const names = packages.toSorted();
  return [run(installCommand(names), { title: `install packages: ${names.join(', ')}` })];
}

/** A line of sh that installs packages of the distribution; what apt keeps of all that there is (70 MB) does not stay. */
export function installCommand(packages: readonly string[], { quiet = false } = {}): string {
  const install = `apt-get install -qq -y --no-install-recommends ${packages.join(' ')}`;
  return `apt-get update -qq && ${install}${quiet ? ' >/dev/null' : ''} && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin`;
}
