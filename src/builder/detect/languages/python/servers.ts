import type { Installer } from './installer.ts';
import type { WebObject } from './web-object.ts';

/** A program that serves an object of an app. */
interface Server {
  readonly kind: WebObject['kind'];
  /** Its package; the name of its program where that is the same. */
  readonly package?: string;
  line(object: ServedObject): string;
}

export type ServedObject = Pick<WebObject, 'kind' | 'name' | 'factory'>;

/** Program -> how it is started; the one that is taken where none is asked for comes first of its kind. */
const servers: Readonly<Record<string, Server>> = {
  gunicorn: { kind: 'wsgi', line: (object) => `gunicorn --bind 0.0.0.0:$PORT ${calling(object)}` },
  'waitress-serve': {
    kind: 'wsgi',
    package: 'waitress',
    line: ({ name, factory }) => `waitress-serve --listen=0.0.0.0:$PORT ${factory ? '--call ' : ''}${name}`,
  },
  uvicorn: {
    kind: 'asgi',
    line: ({ name, factory }) => `uvicorn ${name} --host 0.0.0.0 --port $PORT${factory ? ' --factory' : ''}`,
  },
  hypercorn: { kind: 'asgi', line: (object) => `hypercorn --bind 0.0.0.0:$PORT ${calling(object)}` },
  daphne: { kind: 'asgi', line: ({ name }) => `daphne -b 0.0.0.0 -p $PORT ${name}` },
};

function calling({ name, factory }: ServedObject): string {
  return factory ? `'${name}()'` : name;
}

/** The server of this kind among the dependencies; undefined: there is none. */
export function serverAmong(names: ReadonlySet<string>, kind: WebObject['kind']): string | undefined {
  return Object.keys(servers).find((program) => servers[program]?.kind === kind && isAmong(names, program));
}

/** The line that serves it, by what is among the dependencies, or else by what people take for it. */
export function serveLine(object: ServedObject, names: ReadonlySet<string>): string {
  const usual = object.kind === 'wsgi' ? 'gunicorn' : 'uvicorn';
  return servers[serverAmong(names, object.kind) ?? usual]?.line(object) ?? '';
}

/** The package of the server that a line starts, where the dependencies lack it; of a folder they are not known. */
export function missingServer(line: string, { names, local }: Installer): string | undefined {
  if (local) return undefined;
  const program = /^(?:\w+=\S*\s+)*(?:exec\s+)?([\w-]+)/.exec(line.trim())?.[1] ?? '';
  const server = Object.hasOwn(servers, program) ? servers[program] : undefined;
  if (server === undefined || isAmong(names, program)) return undefined;
  return server.package ?? program;
}

function isAmong(names: ReadonlySet<string>, program: string): boolean {
  const name = servers[program]?.package ?? program;
  // What FastAPI calls its standard has uvicorn.
  return names.has(name) || (name === 'uvicorn' && names.has('fastapi[standard]'));
}
