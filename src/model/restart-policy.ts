/** When a process that ended is started again, in Docker's words. */
export type RestartPolicy = string;

export const defaultRestartPolicy: RestartPolicy = 'unless-stopped';

const pattern = /^(no|always|unless-stopped|on-failure(:[1-9]\d{0,3})?)$/;

/** What is wrong with a policy, or undefined. */
export function restartPolicyProblem(value: string): string | undefined {
  return pattern.test(value)
    ? undefined
    : 'restart-policy is one of: always, unless-stopped, on-failure, on-failure:TIMES, no';
}
