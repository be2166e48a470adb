import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Failure } from '../base/failure.ts';
import { checkInput } from './check-input.ts';
import { commandNames } from './operations.ts';
import { parseCommand, type RunCommand } from './parse-command.ts';

function run(line: string): RunCommand {
  const command = parseCommand(line.split(' '));
  if (command.kind !== 'run') throw new Error(`${line} runs nothing`);
  return command;
}

function help(...words: readonly string[]): unknown {
  const command = parseCommand(words);
  if (command.kind !== 'help') throw new Error(`${words.join(' ')} is no help`);
  const { topic } = command;
  return topic.about === 'group' ? topic.group.name : topic.about === 'command' ? topic.name : topic.about;
}

test('words go to the fields in their order', () => {
  const { kind, name, input, format, quiet, force, info, stdinField } = run('config:set shop A=1 B=x=y');
  assert.deepEqual(
    { kind, name, input, format, quiet, force, info, stdinField },
    {
      kind: 'run',
      name: 'config:set',
      input: { app: 'shop', pairs: ['A=1', 'B=x=y'] },
      format: 'text',
      quiet: false,
      force: false,
      info: null,
      stdinField: null,
    },
  );
});

test('flags may stand anywhere', () => {
  for (const line of [
    '--quiet --force apps:destroy shop',
    'apps:destroy --force shop --quiet',
    'apps:destroy shop --quiet --force',
    '--force --app shop apps:destroy --quiet',
    'apps:destroy --quiet --app=shop --force',
  ]) {
    const { name, input, quiet, force } = run(line);
    assert.deepEqual([name, input, quiet, force], ['apps:destroy', { app: 'shop' }, true, true], line);
  }
});

test('an option takes its value from the next word, after =, and in its short forms', () => {
  for (const line of [
    'logs shop --num 5 -t',
    'logs --num=5 --tail shop',
    'logs -tn 5 shop',
    'logs -n5 -t shop',
    'logs -n=5 -t shop',
  ]) {
    assert.deepEqual(run(line).input, { app: 'shop', num: '5', tail: true }, line);
  }
});

test('--global stands in place of the app', () => {
  assert.deepEqual(run('config:set --global A=1').input, { app: null, pairs: ['A=1'] });
  assert.deepEqual(run('--global config:get KEY').input, { app: null, key: 'KEY' });
  assert.deepEqual(run('--global domains').input, { global: true });
  assert.deepEqual(run('domains:report --global').input, { global: true });
});

test('-- ends the flags, and is standard input where a source is named', () => {
  assert.deepEqual(run('git:from-image shop -- nginx').input, { app: 'shop', image: 'nginx' });
  assert.throws(() => checkInput('git:from-image', run('git:from-image -- shop --image').input), {
    code: 'E_INPUT',
  });
  assert.deepEqual(run('git:from-archive shop -- --archive-type zip').input, {
    app: 'shop',
    source: '--',
    archiveType: 'zip',
  });
});

test('a group alone is its default, an alias its operation', () => {
  const names = ['apps', 'config shop', 'ps', 'domains', 'ssh-keys', 'images', 'releases:list shop'].map(
    (line) => run(line).name,
  );
  assert.deepEqual(names, [
    'apps:list',
    'config:show',
    'ps:report',
    'domains:report',
    'ssh-keys:list',
    'images:list',
    'releases',
  ]);
  assert.equal(help('git'), 'git');
});

test('help is asked for in many ways', () => {
  assert.equal(help(), 'overview');
  assert.equal(help('--help'), 'overview');
  assert.equal(help('help'), 'overview');
  assert.equal(help('help', '--all'), 'all');
  assert.equal(help('apps:help'), 'apps');
  assert.equal(help('help', 'ps'), 'ps');
  assert.equal(help('rollback:help'), 'rollback');
  assert.equal(help('config:set', '--help'), 'config:set');
  assert.equal(help('config:set', 'shop', '-h', 'A=1'), 'config:set');
  assert.equal(run('config:set shop -- --help').name, 'config:set');
});

test('completion is a question of its own', () => {
  assert.deepEqual(parseCommand(['__complete', 'apps:', '--x']), {
    kind: 'complete',
    words: ['apps:', '--x'],
  });
  assert.deepEqual(parseCommand(['completion', 'bash']), { kind: 'completion', shell: 'bash' });
  assert.throws(() => parseCommand(['completion', 'fish']), { code: 'E_INPUT' });
});

test('the text of standard input has a field', () => {
  assert.equal(run('ssh-keys:add alice').stdinField, 'key');
  assert.equal(run('git:from-archive shop --').stdinField, null);
});

test('a report takes one flag for one of its rows, and a format', () => {
  const { info, format, input } = run('ps:report shop --running --format json');
  assert.deepEqual([info, format, input], ['running', 'json', { app: 'shop' }]);
  assert.equal(run('ps:report --format=stdout').format, 'text');
  assert.throws(() => run('ps:report shop --running --deployed'), { code: 'E_INPUT' });
  assert.throws(() => run('apps:list --format xml'), { message: '--format is text or json' });
  assert.throws(() => run('apps:create shop --format json'), { message: 'Unknown flag: --format' });
});

test('wrong words are told with the usage line', () => {
  const hint = 'slipway config:get [--quoted] APP|--global KEY';
  assert.throws(() => run('config:get shop'), { code: 'E_INPUT', message: 'config:get needs KEY', hint });
  assert.throws(() => run('config:get'), { message: 'config:get needs APP|--global and KEY', hint });
  assert.throws(() => run('config:get shop KEY more'), {
    message: 'config:get: too many words, from more on',
    hint,
  });
  assert.throws(() => run('config:get --loud shop KEY'), { message: 'Unknown flag: --loud', hint });
  assert.throws(() => run('config:get -l shop KEY'), { message: 'Unknown flag: -l', hint });
  assert.throws(() => run('config:get --quoted=1 shop KEY'), { message: '--quoted takes no value', hint });
  assert.throws(() => run('logs shop --num'), { message: '--num needs a value' });
  assert.throws(() => run('apps:list --app shop'), { message: 'apps:list takes no --app' });
  assert.throws(() => run('apps:create --global'), { message: 'apps:create takes no --global' });
  assert.throws(() => run('--app shop config:set --global A=1'), {
    message: 'Either an app or --global, not both',
  });
  assert.throws(() => run('--loud apps:list'), { code: 'E_INPUT' });
});

test('an unknown command names the nearest ones', () => {
  assert.throws(() => run('apps:crate shop'), {
    code: 'E_COMMAND_UNKNOWN',
    message: 'apps:crate is not a slipway command',
    hint: 'did you mean apps:create?',
  });
  assert.throws(() => run('rolback shop'), { hint: 'did you mean rollback?' });
  assert.throws(() => run('frobnicate'), { hint: 'slipway help lists the commands' });
  assert.throws(() => parseCommand(['a\u001b[31mb']), {
    message: '"a\\u001b[31mb" is not a slipway command',
  });
});

const anyWord = fc.oneof(
  fc.string(),
  fc.constantFrom(
    ...commandNames,
    'git:receive',
    '__complete',
    'completion',
    'apps:help',
    '__proto__',
    'constructor',
  ),
  fc.constantFrom(
    '--',
    '-',
    '--app',
    '--app=x',
    '--global',
    '--format',
    '--format=json',
    '--help',
    '-t',
    '-n',
    '-n5',
    '--=',
    '---',
  ),
  fc.constantFrom('shop', 'A=1', 'web=2', 'v3', 'KEY', 'example.com'),
);

test('any words at all are a command or a Failure, never a bug', () => {
  fc.assert(
    fc.property(fc.array(anyWord, { maxLength: 8 }), (words) => {
      try {
        const command = parseCommand(words);
        if (command.kind === 'run') checkInput(command.name, command.input);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
});

test('any JSON at all is an input or a Failure', () => {
  const names = fc.constantFrom(
    'config:set',
    'logs',
    'ps:scale',
    'git:set',
    'ssh-keys:remove',
    'domains:add',
    'rollback',
  );
  const keys = fc.constantFrom(
    'app',
    'pairs',
    'num',
    'formation',
    'value',
    'property',
    'name',
    'domains',
    'release',
    '__proto__',
  );
  fc.assert(
    fc.property(names, fc.oneof(fc.jsonValue(), fc.dictionary(keys, fc.jsonValue())), (name, raw) => {
      try {
        checkInput(name as 'logs', raw);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
      }
    }),
    { numRuns: 1000 },
  );
});
