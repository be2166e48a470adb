import { run, type RunStep } from './plan.ts';

/** The step that installs packages of the distribution; none for none. Its name leads no list of the image's own. */
export function withPackages(packages: readonly string[]): readonly RunStep[] {
  if (packages.length === 0) return [];
  const names = packages.toSorted().join(' ');
  const install = `apt-get update -qq && apt-get install -qq -y --no-install-recommends ${names}`;
  return [run(`${install} && rm -rf /var/lib/apt/lists/*`)];
}
