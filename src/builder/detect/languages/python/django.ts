import { posix } from 'node:path';
import type { PlanContext } from '../../language.ts';
import type { SourceView } from '../../source-view.ts';
import { moduleOf } from './web-object.ts';

/** A project of Django, as its manage.py and its settings tell of it. */
export interface DjangoProject {
  /** `shop.wsgi:application`; undefined: the settings name none, and there is no file of that name. */
  readonly wsgi: string | undefined;
  readonly asgi: string | undefined;
  /** The settings say where static files are collected. */
  readonly collects: boolean;
  /** The variable that the settings take their secret key from. */
  readonly keyVariable: string;
}

/** Undefined where there is no manage.py. */
export function readDjango(source: SourceView): DjangoProject | undefined {
  const manage = source.text('manage.py');
  if (manage === undefined) return undefined;
  const module = /['"]DJANGO_SETTINGS_MODULE['"]\s*,\s*['"]([\w.]+)['"]/.exec(manage)?.[1];
  const settings = settingsText(source, module ?? '');
  return {
    wsgi: applicationOf(source, settings, 'wsgi'),
    asgi: applicationOf(source, settings, 'asgi'),
    collects: /^STATIC_ROOT\b.*=/m.test(settings),
    keyVariable: /^SECRET_KEY\b.*?=.*?[[(]\s*['"]([A-Za-z_]\w*)['"]/m.exec(settings)?.[1] ?? 'SECRET_KEY',
  };
}

/** The settings, and those beside them, as where each place that it runs at has a file of its own. */
function settingsText(source: SourceView, module: string): string {
  const path = module.replaceAll('.', '/');
  const plain = source.text(`${path}.py`);
  const folder = plain === undefined ? path : posix.dirname(path);
  const isSplit = plain === undefined || posix.basename(folder) === 'settings';
  const beside = source.paths.filter((each) => posix.dirname(each) === folder && each.endsWith('.py'));
  return [plain, ...(isSplit ? beside.map((each) => source.text(each)) : [])].join('\n');
}

function applicationOf(source: SourceView, settings: string, kind: 'wsgi' | 'asgi'): string | undefined {
  const setting = new RegExp(
    String.raw`^${kind.toUpperCase()}_APPLICATION\s*=\s*['"]([\w.]+)\.(\w+)['"]`,
    'm',
  );
  const [, module, variable] = setting.exec(settings) ?? [];
  if (module !== undefined && variable !== undefined) return `${module}:${variable}`;
  if (kind === 'asgi') return undefined;
  const file = source.paths.find((path) => /^[\w/]+\/wsgi\.py$/.test(path));
  return file === undefined ? undefined : `${moduleOf(file)}:application`;
}

/**
 * The line that collects the static files; the settings may ask for a secret key, which no file has to be the true one
 * for. Undefined: there is nothing to collect, or the config says not to, as on Heroku.
 */
export function collectStatic(project: DjangoProject, { config }: PlanContext): string | undefined {
  const disabled = config['DISABLE_COLLECTSTATIC']?.reveal() ?? '0';
  if (!project.collects || !['', '0'].includes(disabled)) return undefined;
  const key = project.keyVariable;
  return `export ${key}="\${${key}:-only-for-this-build}" && python manage.py collectstatic --noinput`;
}
