import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dockerfileImages } from './dockerfile-images.ts';
import { caMount, trustExtraCa, withoutSyntax } from './dockerfile-rewrite.ts';
import { instructionFlags, parseDockerfile } from './dockerfile-text.ts';

const read = (text: string) =>
  parseDockerfile(text).instructions.map(({ keyword, rest }) => `${keyword} ${rest}`);
const images = (...lines: string[]) => dockerfileImages(parseDockerfile(lines.join('\n')));

test('Continued lines are joined, comments and empty lines between them left out.', () => {
  const text = 'from a\n# about b\nrun one \\\n  # why two\n\n  two\ncmd ["x"]\n';
  assert.deepEqual(read(text), ['FROM a', 'RUN one   two', 'CMD ["x"]']);
  assert.deepEqual(
    parseDockerfile(text).instructions.map(({ first, last }) => [first, last]),
    [
      [1, 1],
      [3, 6],
      [7, 7],
    ],
  );
});

test('The directive escape changes what continues a line.', () => {
  assert.deepEqual(read('# escape=`\nFROM a\nRUN dir c:\\\nRUN one `\n two'), [
    'FROM a',
    'RUN dir c:\\',
    'RUN one  two',
  ]);
});

test('Directives stand at the top only, and before any comment.', () => {
  const directives = (text: string) =>
    Object.fromEntries([...parseDockerfile(text).directives].map(([name, { value }]) => [name, value]));
  assert.deepEqual(directives('# Syntax = docker/dockerfile:1 \n#escape=`\nFROM a'), {
    syntax: 'docker/dockerfile:1',
    escape: '`',
  });
  assert.deepEqual(directives('# hello\n# syntax=docker/dockerfile:1\nFROM a'), {});
  assert.deepEqual(directives('\uFEFF# syntax=x\r\nFROM a'), { syntax: 'x' });
});

test('A line with a great many blanks in it costs no more than another.', () => {
  const blanks = ' '.repeat(900_000);
  assert.deepEqual(read(`# syntax=x${blanks}y\nFROM a\nRUN x${blanks}y\n`), ['FROM a', `RUN x${blanks}y`]);
});

test('A heredoc belongs to its instruction.', () => {
  const text =
    'FROM a\nRUN <<EOF sh\nFROM inside\nEOF\nCOPY <<-"one" <<two /x/\n\tone\nRUN no\ntwo\nRUN echo $((1 << 2)) <<NOEND\nCMD x';
  assert.deepEqual(
    parseDockerfile(text).instructions.map(({ keyword }) => keyword),
    ['FROM', 'RUN', 'COPY', 'RUN', 'CMD'],
  );
});

test('Flags are told from arguments.', () => {
  assert.deepEqual(instructionFlags('--from=build --link a --b'), {
    flags: [
      { name: 'from', value: 'build' },
      { name: 'link', value: '' },
    ],
    words: 'a --b',
  });
});

test('Instructions written with any layout are read back.', () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9_./:=-]{1,12}$/);
  const gap = fc.constantFrom(' ', '  ', ' \\\n', ' \\ \n  ', ' \\\n# note \\\n', ' \\\n\n');
  const instruction = fc.record({
    keyword: fc.constantFrom('RUN', 'COPY', 'ENV', 'LABEL', 'CMD'),
    words: fc.array(fc.tuple(word, gap), { minLength: 1, maxLength: 5 }),
    before: fc.constantFrom('', '\n', '# a comment\n', '  '),
  });
  fc.assert(
    fc.property(fc.array(instruction, { maxLength: 6 }), (list) => {
      const text = list.map(({ keyword, words, before }) => {
        const rest = words.map(([name, space], at) => (at === 0 ? name : space + name)).join('');
        return `${before}${keyword} ${rest}\n`;
      });
      const expected = list.map(({ keyword, words }) => [keyword, ...words.map(([name]) => name)]);
      const found = parseDockerfile(text.join('')).instructions.map(({ keyword, rest }) => [
        keyword,
        ...rest.split(/\s+/),
      ]);
      assert.deepEqual(found, expected);
    }),
  );
});

test('Base images are those of all stages that the last one needs, each once.', () => {
  assert.deepEqual(
    images('FROM a AS one', 'FROM b as Two', 'COPY --from=ONE x y', 'FROM unused', 'FROM two'),
    ['a', 'b'],
  );
  assert.deepEqual(
    images('FROM scratch', 'COPY --from=tools:1 /a /b', 'RUN --mount=type=bind,from=cache,target=/c x'),
    ['tools:1', 'cache'],
  );
  assert.deepEqual(images('FROM a', 'FROM b', 'COPY --from=0 x y'), ['a', 'b']);
  assert.deepEqual(images('FROM --platform=$BUILDPLATFORM a:1@sha256:abc AS x', 'FROM x'), [
    'a:1@sha256:abc',
  ]);
  assert.deepEqual(images('FROM node AS node', 'RUN x'), ['node']);
  assert.deepEqual(images('RUN nothing'), []);
});

test('Arguments before the first FROM are filled in with their defaults.', () => {
  assert.deepEqual(images('ARG V=20 OS="slim"', 'ARG TAG=${V}-$OS', 'FROM node:${TAG}'), ['node:20-slim']);
  assert.deepEqual(images('ARG V', 'FROM node:${V:-22}${V:+-x}'), ['node:22']);
  assert.deepEqual(images('ARG V=1', 'FROM a:${V:+9}'), ['a:9']);
  assert.deepEqual(images('FROM $NOTHING', 'COPY --from=$OPEN a b'), []);
  assert.deepEqual(images('FROM a', 'ARG V=1', 'FROM b:$V-$TARGETARCH'), []);
});

test('Extra certificates are mounted into every RUN and named in every stage.', () => {
  const text =
    '# escape=\\\nfrom a AS x\nRUN ["npm", "ci"]\n  run --mount=type=cache,target=/c one \\\n  # note\n  two\nFROM a \\\n  AS y\nRUN \\\n  x\nONBUILD RUN y\nRUNNING z\n';
  const { text: out, originalLine } = trustExtraCa(text);
  const lines = out.split('\n');
  assert.deepEqual(
    lines.filter((line) => !line.startsWith('ARG ')),
    [
      '# escape=\\',
      'from a AS x',
      `RUN ${caMount} ["npm", "ci"]`,
      `  run ${caMount} --mount=type=cache,target=/c one \\`,
      '  # note',
      '  two',
      'FROM a \\',
      '  AS y',
      `RUN ${caMount} \\`,
      '  x',
      'ONBUILD RUN y',
      'RUNNING z',
      '',
    ],
  );
  assert.deepEqual(
    lines.flatMap((line, at) => (line.startsWith('ARG ') ? [at + 1] : [])),
    [3, 10],
  );
  assert.deepEqual([2, 4, 9, 11, 12].map(originalLine), [2, 3, 8, 9, 10]);
});

test('The syntax line is taken out, other directives stay in force and lines keep their numbers.', () => {
  const out = withoutSyntax('# syntax=docker/dockerfile:1\n# escape=`\nFROM a\n');
  assert.equal(out, '# escape=`\n# not used here: # syntax=docker/dockerfile:1\nFROM a\n');
  assert.equal(parseDockerfile(out).escape, '`');
  assert.equal(withoutSyntax('FROM a\n# syntax=b'), 'FROM a\n# syntax=b');
});

test('A changed copy of a Dockerfile has the same instructions, but for what was added.', () => {
  const line = fc.constantFrom(
    'FROM a',
    'RUN x \\',
    '  y',
    '# c',
    '',
    'COPY a b',
    'RUN <<E',
    'E',
    'run ["a"]',
    'FROM b AS c',
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (all) => {
      const text = all.join('\n');
      const changed = read(trustExtraCa(text).text);
      const back = changed
        .filter((found) => !found.startsWith('ARG NODE_EXTRA_CA_CERTS='))
        .map((found) => found.replace(`${caMount} `, '').replace(caMount, ''));
      assert.deepEqual(
        back.map((found) => found.trim()),
        read(text).map((found) => found.trim()),
      );
    }),
  );
});
