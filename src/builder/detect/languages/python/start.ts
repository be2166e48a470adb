import type { SourceView } from '../../source-view.ts';
import type { DjangoProject } from './django.ts';
import { serveLine, serverAmong } from './servers.ts';
import { webObject } from './web-object.ts';

/** What serves the app, as far as its files tell. */
export interface Start {
  readonly framework: string | null;
  /** Undefined: they do not. */
  readonly line?: string;
  readonly reason?: string;
  /** Variables that its line alone does not tell it. */
  readonly env?: Readonly<Record<string, string>>;
}

type Names = ReadonlySet<string>;

/** Programs by the names that people give them; the first that is there is run. */
const programs = ['main.py', 'app.py', 'start.py', 'server.py', 'hello.py', 'bot.py', 'run.py'];

export function startOf(source: SourceView, names: Names, django: DjangoProject | undefined): Start {
  if (django) return djangoStart(django, names);
  return pagesStart(source, names) ?? objectStart(source, names) ?? programStart(source);
}

/** Django's own `runserver` is not for others to see. */
function djangoStart({ wsgi, asgi }: DjangoProject, names: Names): Start {
  const served = asgi !== undefined && (serverAmong(names, 'asgi') !== undefined || wsgi === undefined);
  const kind = served ? 'asgi' : 'wsgi';
  const name = served ? asgi : wsgi;
  if (name === undefined) return { framework: 'Django' };
  const line = serveLine({ kind, name, factory: false }, names);
  return { framework: 'Django', line, reason: `${kind.toUpperCase()} application: ${name}` };
}

/** Programs that bring a server of their own for what is written with them. */
function pagesStart(source: SourceView, names: Names): Start | undefined {
  const file = (...first: readonly string[]) => [...first, ...programs].find((path) => source.has(path));
  const streamlit = names.has('streamlit') ? file('streamlit_app.py', 'Home.py') : undefined;
  const server = '--server.address 0.0.0.0 --server.port $PORT --server.headless true';
  if (streamlit !== undefined)
    return { framework: 'Streamlit', line: `streamlit run ${streamlit} ${server}` };
  const gradio = names.has('gradio') ? file() : undefined;
  if (gradio === undefined) return undefined;
  const env = { GRADIO_SERVER_NAME: '0.0.0.0' };
  return { framework: 'Gradio', line: `GRADIO_SERVER_PORT=$PORT python ${gradio}`, env };
}

function objectStart(source: SourceView, names: Names): Start | undefined {
  const object = webObject(source);
  if (!object) return undefined;
  const { framework, path, name } = object;
  return { framework, line: serveLine(object, names), reason: `${framework} in ${path}: ${name}` };
}

function programStart(source: SourceView): Start {
  const path = programs.find((each) => source.has(each));
  return { framework: null, ...(path === undefined ? {} : { line: `python ${path}` }) };
}
