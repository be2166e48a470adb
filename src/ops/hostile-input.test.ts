import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertPlainTexts } from '../../test/machine/generated-texts.ts';
import { call } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { furnish, type Input, sampleInputs, sampleStdin } from '../../test/machine/sample-calls.ts';
import { Failure } from '../base/failure.ts';
import { reveal, Secret } from '../base/secret.ts';
import { checkInput } from '../contract/check-input.ts';
import { type OperationName, operationNames } from '../contract/operations.ts';
import { splitShellWords } from '../model/shell-words.ts';
import { failures } from '../model/failures.ts';

const hostile: readonly string[] = [
  '',
  '\n',
  '\r\n',
  '\0',
  '\x1b[2J',
  '\x7f',
  '"',
  "'",
  '`id`',
  '$(id)',
  '; id',
  '| id',
  '&& id',
  '..',
  '../../etc/passwd',
  '/',
  '%',
  '%00',
  '%n%s',
  '${env}',
  'a b',
  '#',
  '\\',
  '\u2028',
  '\ufffd',
  '{{.}}',
  '-',
  '--force',
  '*',
  '\u202e',
  '\ud800',
  'Ä',
  '__proto__',
  'constructor',
  'a'.repeat(300),
  'a'.repeat(100_000),
];

/** The sample's input with a hostile text in the place of, before and behind each text in it. */
function* variants(input: Input): Generator<{ readonly input: Input; readonly text: string }> {
  for (const [key, value] of Object.entries(input)) {
    const isList = Array.isArray(value);
    const [sample] = isList ? value : [value];
    if (typeof sample !== 'string') continue;
    for (const bad of hostile) {
      for (const text of [bad, `${bad}${sample}`, `${sample}${bad}`]) {
        yield { input: { ...input, [key]: isList ? [text] : text }, text };
      }
    }
  }
}

async function callOn(deps: MemoryDeps, name: OperationName, input: Input): Promise<void> {
  const stdin = sampleStdin(name);
  try {
    await call(deps, [name, input], stdin ? { stdin } : {});
  } catch (error) {
    assert.ok(error instanceof Failure, `${name} ${JSON.stringify(input).slice(0, 200)}: ${String(error)}`);
    assert.ok(Object.hasOwn(failures, error.code), error.code);
    assert.notEqual(error.code, 'E_INTERNAL');
  }
}

/** All texts in what a handler receives. */
function textsOf(value: unknown): readonly string[] {
  if (value instanceof Secret) return [reveal(value)];
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.values(value).flatMap(textsOf);
}

describe('a hostile text in a field', () => {
  const deps = memoryDeps();
  before(() => furnish(deps));
  after(() => deps.close());

  for (const name of operationNames) {
    it(`of ${name} is refused with a known code, or taken as it is`, async () => {
      for (const { input } of variants(sampleInputs[name])) await callOn(deps, name, input);
      await deps.settled();
      for (const app of deps.store.apps.all()) assert.match(app.name, /^[a-z0-9][a-z0-9.-]*$/);
      assertPlainTexts(deps);
    });
  }

  it('is never changed on its way to a handler, but for what a name of the kind means anyway', () => {
    for (const name of operationNames) {
      for (const { input, text } of variants(sampleInputs[name])) {
        const taken = takenAs(name, input);
        const isKnown =
          taken === undefined ||
          [taken.includes(text), isSpelling(text, taken), areSpelled(text, taken)].includes(true);
        assert.ok(isKnown, `${name}: ${JSON.stringify(text).slice(0, 100)} became ${JSON.stringify(taken)}`);
      }
    }
  });

  it('that is a config value is stored to the letter', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await call(deps, ['apps:create', { app: 'shop' }]);
    for (const text of hostile.filter((text) => text.length < 50_000 && !/[\0\ud800]/.test(text))) {
      await call(deps, ['config:set', { app: 'shop', pairs: [`A=${text}`] }]);
      assert.deepEqual(await call(deps, ['config:get', { app: 'shop', key: 'A' }]), { value: text });
      const encoded = `A=${Buffer.from(`${text}!`).toString('base64')}`;
      await call(deps, ['config:set', { app: 'shop', pairs: [encoded], encoded: true }]);
      assert.deepEqual(await call(deps, ['config:get', { app: 'shop', key: 'A' }]), { value: `${text}!` });
    }
  });
});

/** What a handler would receive; undefined where the input is refused. */
function takenAs(name: OperationName, input: Input): readonly string[] | undefined {
  try {
    return textsOf(checkInput(name, input));
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    return undefined;
  }
}

/** `A=1;B=2` become the values 1 and 2, words of a shell each one of its own. */
function areSpelled(text: string, taken: readonly string[]): boolean {
  const pairs = text.split(';').filter((pair) => pair.includes('='));
  if (pairs.length > 0 && pairs.every((pair) => taken.includes(pair.slice(pair.indexOf('=') + 1))))
    return true;
  try {
    const words = splitShellWords(text);
    return words.length > 0 && words.every((word) => taken.includes(word));
  } catch {
    return false;
  }
}

/** `KEY=VALUE` and `web=2` become two values, `v1` and `512M` a number, a domain its lowercase ASCII form, '' nothing. */
function isSpelling(text: string, taken: readonly string[]): boolean {
  const [left = '', ...right] = text.split('=');
  const isPair = taken.includes(left) && taken.includes(right.join('='));
  const isNumber = /^v?\d+$/.test(text) && taken.includes(String(Number(text.replace('v', ''))));
  const isSize = /^\d+M$/.test(text) && taken.includes(String(Number.parseInt(text) * 1024 ** 2));
  const isDomain = taken.some(
    (word) => URL.parse(`http://${text.replace(/^\*\.|\.$/g, '')}`)?.hostname === word.replace(/^\*\./, ''),
  );
  return isPair || isNumber || isSize || isDomain || (text === '' && taken.includes('null'));
}
