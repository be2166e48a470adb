import { failure } from './failures.ts';

/** An app as the store knows it. What runs of it, only the engine can tell. */
export interface App {
  readonly id: number;
  readonly name: string;
  readonly createdAt: number;
  /** The number of the release that is live, or null before the first deploy. */
  readonly current: number | null;
  /** Stopped by `ps:stop`: no processes until `ps:start` or a deploy. */
  readonly stopped: boolean;
  readonly locked: boolean;
  /** The branch whose push deploys; null until the first push chooses it. */
  readonly deployBranch: string | null;
}

const pattern = /^[a-z0-9][a-z0-9.-]*$/;
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** What is wrong with an app's name, or undefined. A name is also a DNS name, so its parts obey the rules of labels. */
export function appNameProblem(name: string): string | undefined {
  if (!pattern.test(name)) {
    return 'App name must begin with lowercase alphanumeric character, and may only contain lowercase alphanumerics, dots, and hyphens';
  }
  if (name.length > 100) return 'App name must have at most 100 characters';
  if (!name.split('.').every((part) => label.test(part))) {
    return 'App name: each part between dots must have at most 63 characters, and begin and end with a letter or digit';
  }
  return undefined;
}

/** The name itself. Throws E_INPUT where it is none. */
export function checkAppName(name: string): string {
  const problem = appNameProblem(name);
  if (problem !== undefined) throw failure('E_INPUT', problem);
  return name;
}
