import type { Call, Deps } from './deps.ts';

interface Given {
  readonly property: string;
  readonly value: string | null;
}

/** What carries out `GROUP:set`: kept as `GROUP.PROPERTY`, beside the app or for all apps. */
export function propertyHandler(group: string) {
  return async (deps: Deps, call: Call, { property, value }: Given): Promise<Given> => {
    const [app, name] = [call.app?.id ?? null, `${group}.${property}`];
    if (value === null) deps.store.properties.unset(app, name);
    else deps.store.properties.set(app, name, value);
    return { property, value };
  };
}
