import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planOf } from '../../../../test/machine/plan-of.ts';
import { Secret } from '../../../base/secret.ts';
import { Failure } from '../../../base/failure.ts';
import type { BuildPlan } from '../plan.ts';
import { planDockerfile, readConfig } from '../plan-dockerfile.ts';

const flask = 'from flask import Flask\n\napp = Flask(__name__)\n';
const plain = { 'requirements.txt': 'flask==3.1\ngunicorn==23\n', 'app.py': flask };

const commandsOf = ({ stages }: BuildPlan) =>
  stages.flatMap(({ steps }) => steps).flatMap((step) => (step.kind === 'run' ? step.command : []));
const warningsOf = ({ warnings }: BuildPlan) => warnings.map(({ text }) => text);
const refusalOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure && error.code === 'E_BUILD_PLAN') return `${error.message}; ${error.hint}`;
    throw error;
  }
  return assert.fail('it was not refused');
};

test('Dependencies are installed in a stage of their own, by the files that list them alone.', () => {
  const plan = planOf(plain);
  const installing =
    '--mount=type=cache,target=/root/.cache/pip --mount=type=secret,id=slipway-install,mode=0444';
  assert.equal(
    planDockerfile(plan),
    `FROM python:3.11-slim-bookworm AS deps
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_PROGRESS_BAR=off PATH="/opt/venv/bin:$PATH" VIRTUAL_ENV=/opt/venv
WORKDIR /app
RUN python -m venv /opt/venv
COPY requirements.txt /app/
ARG SLIPWAY_INSTALL_HASH
RUN ${installing} ${readConfig('slipway-install')} pip install -r requirements.txt

FROM python:3.11-slim-bookworm AS runtime
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONFAULTHANDLER=1 PYTHONUNBUFFERED=1 PATH="/opt/venv/bin:$PATH" VIRTUAL_ENV=/opt/venv FORWARDED_ALLOW_IPS="*" WEB_CONCURRENCY=2
WORKDIR /app
RUN id -u 1000 >/dev/null 2>&1 || useradd --uid 1000 --user-group --no-log-init --home-dir /app --shell /bin/bash app; chown 1000:1000 /app
COPY --from=deps /opt/venv /opt/venv
COPY --chown=1000:1000 . /app/
USER 1000:1000
CMD ["/bin/sh","-c","exec gunicorn --bind 0.0.0.0:$PORT app:app"]
`,
  );
  assert.equal(plan.framework, 'Flask');
  assert.deepEqual(plan.reasons, [
    'requirements.txt found',
    'pip, as there is requirements.txt',
    'Flask in app.py: app:app',
  ]);
  assert.deepEqual(plan.warnings, []);
});

test('The version: app.json, .python-version, runtime.txt, Pipenv, version managers, pyproject.toml.', () => {
  const versionOf = (files: Record<string, unknown>, more = {}) =>
    planOf({ 'app.py': '', ...files }, { registry: true, ...more, wishes: { start: 'x' } }).versions[0];
  const project = { 'pyproject.toml': '[project]\nrequires-python = ">=3.10,<3.13"\n' };
  const tools = { ...project, '.tool-versions': 'python 3.9.1\n' };
  const pipenv = {
    ...tools,
    Pipfile: '[requires]\npython_version = "3.10"\n',
    'Pipfile.lock': { _meta: { requires: { python_full_version: '3.10.4' } } },
  };
  const runtime = { ...pipenv, 'runtime.txt': 'python-3.13.1\n' };
  const file = { ...runtime, '.python-version': '3.12\n' };
  const found = [{}, project, tools, pipenv, runtime, file].map((files) => {
    const { version, from } = versionOf(files) ?? {};
    return `${version} ${from}`;
  });
  assert.deepEqual(found, [
    '3.14 the default',
    '3.12 pyproject.toml',
    '3.9 .tool-versions',
    '3.10 Pipfile.lock',
    '3.13 runtime.txt',
    '3.12 .python-version',
  ]);
  const wished = planOf({ ...file, 'main.py': '' }, { registry: true, wishes: { version: '3.14' } });
  assert.equal(wished.versions[0]?.from, 'app.json');
  const poetry = { 'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.9"\n' };
  assert.equal(versionOf(poetry)?.version, '3.14');
  assert.equal(planOf({ ...plain, 'runtime.txt': 'python-3.11.2' }).warnings.length, 1);
  assert.match(
    refusalOf(() => planOf({ ...plain, '.python-version': '3.13' })),
    /\.python-version asks for Python 3\.13/,
  );
  assert.match(
    refusalOf(() => planOf({ ...plain, '.python-version': 'pypy3.11' })),
    /is no version/,
  );
});

test('A Django project is served by what its settings name, its static files collected with a key that is none.', () => {
  const settings = `SECRET_KEY = os.environ["SHOP_KEY"]\nWSGI_APPLICATION = "shop.wsgi.application"\nSTATIC_ROOT = "x"\n`;
  const files = {
    'requirements.txt': 'Django>=5\ngunicorn\n',
    'manage.py': `os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n`,
    'shop/settings.py': settings,
    'shop/wsgi.py': '',
  };
  const plan = planOf(files);
  assert.equal(plan.framework, 'Django');
  assert.equal(plan.start, 'gunicorn --bind 0.0.0.0:$PORT shop.wsgi:application');
  const collect = plan.stages.find(({ name }) => name === 'build')?.steps.at(-1);
  const command =
    'export SHOP_KEY="${SHOP_KEY:-only-for-this-build}" && python manage.py collectstatic --noinput';
  assert.deepEqual(collect, { kind: 'run', command, config: 'all' });
  const withConfig = (value: string) =>
    planOf(files, { config: { DISABLE_COLLECTSTATIC: new Secret(value) } });
  assert.deepEqual(withConfig('0').stages, plan.stages);
  assert.ok(!commandsOf(withConfig('1')).some((line) => line.includes('collectstatic')));
  assert.ok(commandsOf(planOf(files, { wishes: { build: 'make' } })).includes('make'));

  const split = {
    ...files,
    'manage.py': `os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.production")\n`,
    'shop/settings/production.py': 'from .base import *\n',
    'shop/settings/base.py': `${settings}ASGI_APPLICATION = "shop.asgi.application"\n`,
  };
  assert.equal(planOf(split).start, 'gunicorn --bind 0.0.0.0:$PORT shop.wsgi:application');
  assert.ok(commandsOf(planOf(split)).includes(command));
  const daphne = { ...split, 'requirements.txt': 'django\ndaphne\n' };
  assert.equal(planOf(daphne).start, 'daphne -b 0.0.0.0 -p $PORT shop.asgi:application');

  const { 'shop/settings.py': _left, ...bare } = files;
  assert.equal(planOf(bare).start, plan.start);
  assert.deepEqual(
    planOf(bare).stages.map(({ name }) => name),
    ['deps', 'runtime'],
  );
});

test('Pages of a Django app are built by Node, and nothing of Node is handed on.', () => {
  const { stages } = planOf(
    {
      'requirements.txt': 'django\ngunicorn\n',
      'manage.py': '',
      'shop/wsgi.py': '',
      'package.json': { scripts: { build: 'vite build' }, devDependencies: { vite: '7' } },
      'package-lock.json': '{}',
    },
    { registry: true },
  );
  assert.deepEqual(
    stages.map(({ name }) => name),
    ['deps', 'assets-tools', 'assets', 'build', 'runtime'],
  );
  assert.deepEqual(
    stages[3]?.steps.map((step) => (step.kind === 'run' ? step.command : step)),
    [{ kind: 'copy', paths: ['/app'], to: '/app', from: 'assets' }, 'rm -rf node_modules'],
  );
});

test('What answers is found by file and variable, and served as it is.', () => {
  const startOf = (files: Record<string, string>) =>
    planOf({ 'requirements.txt': 'flask\nfastapi[standard]\nstarlette\ngunicorn\n', ...files }).start;
  const gunicorn = 'gunicorn --bind 0.0.0.0:$PORT';
  const cases: readonly [string, Record<string, string>][] = [
    [
      'uvicorn main:api --host 0.0.0.0 --port $PORT',
      { 'main.py': 'api: FastAPI = fastapi.FastAPI(title="x")\n' },
    ],
    [
      'uvicorn app.main:app --host 0.0.0.0 --port $PORT',
      { 'app/main.py': 'app = FastAPI()', 'app/__init__.py': '' },
    ],
    [
      'uvicorn shop.main:app --host 0.0.0.0 --port $PORT',
      { 'src/shop/main.py': 'app = Starlette(routes=[])' },
    ],
    [`${gunicorn} hello:server`, { 'hello.py': 'server = Flask("x")', 'tests/app.py': flask }],
    [`${gunicorn} 'shop:create_app()'`, { 'shop/__init__.py': 'def create_app():\n    return Flask("x")\n' }],
    [`${gunicorn} wsgi:app`, { 'wsgi.py': 'from shop import app\n', 'shop/__init__.py': flask }],
    [
      'uvicorn web.app:create_app --host 0.0.0.0 --port $PORT --factory',
      { 'web/app.py': 'def create_app():\n  app = FastAPI()\n' },
    ],
    ['python main.py', { 'main.py': 'print(1)', 'venv/lib/app.py': flask }],
  ];
  for (const [line, files] of cases) assert.equal(startOf(files), line);
  assert.equal(
    planOf({ 'requirements.txt': '', 'src/shop/main.py': flask }).stages.at(-1)?.env?.['PYTHONPATH'],
    '/app/src',
  );
});

test('Programs that bring a server of their own are told where to listen.', () => {
  const streamlit = planOf({ 'requirements.txt': 'streamlit\n', 'app.py': 'import streamlit as st' });
  assert.match(
    streamlit.start ?? '',
    /^streamlit run app\.py --server\.address 0\.0\.0\.0 --server\.port \$PORT/,
  );
  const gradio = planOf({ 'requirements.txt': 'gradio\n', 'main.py': '' });
  assert.equal(gradio.start, 'GRADIO_SERVER_PORT=$PORT python main.py');
  assert.equal(gradio.stages.at(-1)?.env?.['GRADIO_SERVER_NAME'], '0.0.0.0');
});

test('A server that the list lacks is installed, whoever asks for it; what else it lacks is told.', () => {
  const bare = { 'requirements.txt': 'flask\n', 'app.py': flask };
  const plan = planOf(bare);
  assert.ok(commandsOf(plan).includes('pip install gunicorn'));
  assert.deepEqual(warningsOf(plan), [
    'gunicorn, which serves the app, is not in requirements.txt: the newest one is installed',
  ]);
  const others = planOf(bare, { procfile: { web: 'waitress-serve --listen=*:$PORT app:app' } });
  assert.ok(commandsOf(others).includes('pip install waitress'));
  const own = planOf(bare, { procfile: { web: 'python app.py' } });
  assert.deepEqual([own.warnings, commandsOf(own).length], [[], 2]);
  const nothing = planOf({ 'app.py': flask });
  assert.deepEqual(warningsOf(nothing)[0], 'Flask is not in requirements.txt');
});

test('What will hurt is told: a committed environment, a list in UTF-16, a package.json beside.', () => {
  const venv = planOf({ ...plain, 'env/pyvenv.cfg': '', 'env/bin/activate': '' });
  assert.deepEqual(venv.ignore, ['**/__pycache__', 'env']);
  assert.match(warningsOf(venv)[0] ?? '', /^env\/ is committed/);
  const wide = `\uFFFD\uFFFD${[...'flask\r\ngunicorn\r\n'].map((letter) => `${letter}\0`).join('')}`;
  const utf16 = planOf({ ...plain, 'requirements.txt': wide });
  assert.match(
    warningsOf(utf16).join(),
    /^requirements\.txt is written in UTF-16[^,]*, as PowerShell does; only pip reads that$/,
  );
  const both = planOf({ ...plain, 'package.json': '{}' });
  assert.match(warningsOf(both).join(), /package\.json too/);
});

test('Wishes of app.json come before what is found; packages of the distribution go where they are needed.', () => {
  const plan = planOf(
    { ...plain, 'requirements.txt': 'flask\ngunicorn\npsycopg2\nx @ git+https://example.com/x\n' },
    {
      wishes: { install: 'make install', start: './serve', packages: { build: ['cmake'], run: ['ffmpeg'] } },
    },
  );
  assert.equal(plan.start, './serve');
  const [apt = '', , install, run] = commandsOf(plan);
  assert.match(apt, / ca-certificates cmake gcc git libc6-dev libpq-dev /);
  assert.equal(install, 'make install');
  assert.match(run ?? '', / ffmpeg libpq5 /);
  const pages = planOf(
    { 'requirements.txt': 'mkdocs\n' },
    { wishes: { build: 'mkdocs build', static: 'site' } },
  );
  assert.match(pages.start ?? '', /^caddy run/);
});

test('Bad sources are refused with the file and the fix.', () => {
  const manifest = { 'pyproject.toml': '[project]\nname = "x"\n', 'main.py': '' };
  assert.match(
    refusalOf(() => planOf({ ...manifest, 'uv.lock': '', 'poetry.lock': '' })),
    /^uv\.lock and poetry\.lock are of different package managers; .*git rm poetry\.lock/,
  );
  assert.match(
    refusalOf(() => planOf({ ...plain, 'uv.lock': '' })),
    /^uv\.lock is there, but not the pyproject\.toml/,
  );
  assert.match(
    refusalOf(() => planOf({ 'pyproject.toml': '[project' })),
    /^pyproject\.toml cannot be read/,
  );
  assert.match(
    refusalOf(() => planOf({ 'requirements.txt': '-r requirements/base.txt\n', 'main.py': '' })),
    /^requirements\.txt includes requirements\/base\.txt, which is not in the source/,
  );
  assert.throws(() => planOf({ 'requirements.txt': 'celery\n' }), { code: 'E_NO_START' });
});

test('An install command of app.json has the whole source, and is trusted with what the list lacks.', () => {
  const plan = planOf(
    { 'requirements.txt': 'flask\n', 'app.py': flask },
    { wishes: { install: 'make install' } },
  );
  assert.deepEqual(commandsOf(plan), ['python -m venv /opt/venv', 'make install']);
  assert.deepEqual(plan.warnings, []);
  assert.deepEqual(plan.stages[0]?.steps[1], { kind: 'copy', paths: ['.'], to: '/app' });
});
