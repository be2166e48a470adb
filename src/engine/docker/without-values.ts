type Inspected = Readonly<Record<string, unknown>>;

/** What Docker tells of a container, each variable of its environment without its value. */
export function withoutValues(container: Inspected): Inspected {
  const { Config: config } = container;
  if (typeof config !== 'object' || config === null || !('Env' in config)) return container;
  const variables = Array.isArray(config.Env) ? config.Env : [];
  return { ...container, Config: { ...config, Env: variables.map(withoutValue) } };
}

function withoutValue(variable: unknown): string {
  return `${String(variable).split('=')[0]}=[hidden]`;
}
