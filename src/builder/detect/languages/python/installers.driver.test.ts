import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PythonIndex } from '../../../../../test/machine/python-index.ts';
import { detailsOf, TrialBuilds } from '../../../../../test/machine/trial-builds.ts';
import { Secret } from '../../../../base/secret.ts';

const trial = new TrialBuilds();
let index: PythonIndex;

before(async () => {
  index = await PythonIndex.start(trial.docker, trial.instance);
});
after(async () => {
  await index?.stop();
  trial.close();
});

type Files = Readonly<Record<string, string>>;

/** Builds a source with a program that tells what it finds; what that prints, and what the build told. */
async function built(files: Files): Promise<{ readonly said: string; readonly steps: string }> {
  const program = 'import os, sys, flask\nprint(flask.__name__, sys.prefix, os.getuid())\n';
  const config = Object.fromEntries(
    Object.entries(index.config).map(([name, value]) => [name, new Secret(value)]),
  );
  const { request, lines } = trial.of({ ...files, 'main.py': program }, { config });
  const { id } = await trial.detecting().build(request);
  return { said: await trial.outputOf(id, 'python', 'main.py'), steps: detailsOf(lines).join('\n') };
}

const said = 'flask /opt/venv 1000\n';

const source = (url: string) => `name = "here"\nurl = "${url}"\n`;

test('Pipenv installs what its lock file has.', async () => {
  const Pipfile = `[[source]]\n${source(index.url)}verify_ssl = false\n\n[packages]\nflask = "*"\n`;
  const lock = await index.lock({ Pipfile }, 'pipenv lock', 'Pipfile.lock');
  const found = await built({ Pipfile, 'Pipfile.lock': lock });
  assert.equal(found.said, said);
  assert.match(found.steps, /Pipenv, as Pipfile\.lock says/);
});

test('Poetry installs what its lock file has.', async () => {
  const about = '[tool.poetry]\nname = "shop"\nversion = "1"\ndescription = ""\nauthors = []\n';
  const needs = '[tool.poetry.dependencies]\npython = "^3.11"\nflask = "*"\n';
  const pyproject = `${about}${needs}[[tool.poetry.source]]\n${source(index.url)}default = true\n`;
  const files = { 'pyproject.toml': pyproject };
  const found = await built({
    ...files,
    'poetry.lock': await index.lock(files, 'poetry lock', 'poetry.lock'),
  });
  assert.equal(found.said, said);
  assert.match(found.steps, /Poetry, as poetry\.lock says/);
});

test('PDM installs what its lock file has.', async () => {
  const about =
    '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["flask"]\n';
  const pyproject = `${about}[[tool.pdm.source]]\nname = "pypi"\nurl = "${index.url}"\nverify_ssl = false\n`;
  const files = { 'pyproject.toml': pyproject };
  const locking = 'PDM_CHECK_UPDATE=0 pdm lock';
  const found = await built({ ...files, 'pdm.lock': await index.lock(files, locking, 'pdm.lock') });
  assert.equal(found.said, said);
  assert.match(found.steps, /PDM, as pdm\.lock says/);
});
