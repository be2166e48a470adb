import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { appSource } from '../../../../test/machine/app-source.ts';
import { ensureBaseImages } from '../../../../test/machine/base-images.ts';
import { PythonIndex } from '../../../../test/machine/python-index.ts';
import { detailsOf, TrialBuilds } from '../../../../test/machine/trial-builds.ts';
import { Secret } from '../../../base/secret.ts';

const trial = new TrialBuilds();
let index: PythonIndex;

before(async () => {
  await ensureBaseImages(trial.docker, ['node:22-bookworm-slim']);
  index = await PythonIndex.start(trial.docker, trial.instance);
});
after(async () => {
  await index?.stop();
  trial.close();
});

type Files = Readonly<Record<string, string>>;

/** Builds a source; the image, and what the build told. */
async function built(files: Files): Promise<{ readonly id: string; readonly steps: string }> {
  const config = Object.fromEntries(
    Object.entries(index.config).map(([name, value]) => [name, new Secret(value)]),
  );
  const { request, lines } = trial.of(files, { config });
  const { id } = await trial.detecting().build(request);
  return { id, steps: detailsOf(lines).join('\n') };
}

/** Builds it with a program that tells what it finds, which has to be what is installed. */
async function installs(files: Files, reason: string): Promise<void> {
  const program = 'import os, sys, flask\nprint(flask.__name__, sys.prefix, os.getuid())\n';
  const { id, steps } = await built({ ...files, 'main.py': program });
  assert.ok(steps.includes(reason), steps);
  assert.equal(await trial.outputOf(id, 'python', 'main.py'), 'flask /opt/venv 1000\n');
}

const source = (url: string) => `name = "here"\nurl = "${url}"\n`;

test('Pipenv installs what its lock file has.', async () => {
  const Pipfile = `[[source]]\n${source(index.url)}verify_ssl = false\n\n[packages]\nflask = "*"\n`;
  const lock = await index.lock({ Pipfile }, 'pipenv lock', 'Pipfile.lock');
  await installs({ Pipfile, 'Pipfile.lock': lock }, 'Pipenv, as Pipfile.lock says');
});

test('Poetry installs what its lock file has.', async () => {
  const about = '[tool.poetry]\nname = "shop"\nversion = "1"\ndescription = ""\nauthors = []\n';
  const needs = '[tool.poetry.dependencies]\npython = "^3.11"\nflask = "*"\n';
  const pyproject = `${about}${needs}[[tool.poetry.source]]\n${source(index.url)}default = true\n`;
  const files = { 'pyproject.toml': pyproject };
  const lock = await index.lock(files, 'poetry lock', 'poetry.lock');
  await installs({ ...files, 'poetry.lock': lock }, 'Poetry, as poetry.lock says');
});

test('PDM installs what its lock file has.', async () => {
  const about =
    '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["flask"]\n';
  const pyproject = `${about}[[tool.pdm.source]]\nname = "pypi"\nurl = "${index.url}"\nverify_ssl = false\n`;
  const files = { 'pyproject.toml': pyproject };
  const lock = await index.lock(files, 'PDM_CHECK_UPDATE=0 pdm lock', 'pdm.lock');
  await installs({ ...files, 'pdm.lock': lock }, 'PDM, as pdm.lock says');
});

test('A source that is a package is installed, and starts by a name of its own.', async () => {
  const about =
    '[project]\nname = "shop"\nversion = "1"\ndependencies = ["click"]\nscripts = {shop = "shop:main"}\n';
  const { id } = await built({
    'pyproject.toml': `${about}[build-system]\nrequires = ["setuptools", "wheel"]\nbuild-backend = "setuptools.build_meta"\n`,
    'src/shop/__init__.py': 'import click\n\ndef main():\n    print(click.__name__, __name__)\n',
    Procfile: 'web: shop\n',
    'main.py': '',
  });
  assert.equal(await trial.outputOf(id, 'shop'), 'click shop\n');
});

test('What Node builds for a Django app is collected, and Node is left behind.', async () => {
  const build = `require('fs').writeFileSync('shop/static/built.css', 'a{}')`;
  const { id } = await built({
    ...(await appSource('python-django')),
    'package.json': JSON.stringify({ engines: { node: '22' }, scripts: { build: `node -e "${build}"` } }),
  });
  const look = 'ls -1 staticfiles; command -v node npm; ls -d node_modules';
  const files = (await trial.outputOf(id, 'sh', '-c', `${look} 2>/dev/null`)).split('\n');
  const names = ['built.css', 'staticfiles.json', 'style.css'];
  assert.deepEqual(
    files.filter((name) => !/\.\w{12}\.css$/.test(name)),
    [...names, ''],
  );
});
