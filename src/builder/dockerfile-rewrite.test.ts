import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scopeCaches, trustExtraCa } from './dockerfile-rewrite.ts';

/** The text with ids of the scope cut out, and those ids. */
function scoped(text: string, scope = 'scope'): { readonly text: string; readonly ids: readonly string[] } {
  const out = scopeCaches(text, scope);
  const ids = [...out.matchAll(/,id=(scope-[0-9a-f]{16})/g)].map(([, id]) => id ?? '');
  return { text: out.replaceAll(/,id=scope-[0-9a-f]{16}/g, '<ID>'), ids };
}

test('Each cache gets an id of the scope behind all that is said of it, wherever the line is broken.', () => {
  const text = [
    '# escape=\\',
    'FROM a',
    'RUN --mount=type=cache,target=/root/.npm npm ci',
    '  run --mount=target=/x,\\',
    '# note',
    'type=cache \\',
    '  --mount=type=secret,id=KEY --mount=type=CACHE,id=a,dst="/with space" \\',
    '  --mount=type=cache,target=/z\\',
    '  make',
    'RUN --network=none --mount=\'type=cache,"target=/q"\' true --mount=type=cache,target=/no',
    'RUN --mount=type=cache,target=/h <<EOF',
    'RUN --mount=type=cache,target=/body',
    'EOF',
    'ONBUILD RUN --mount=type=cache,target=/o x',
    'COPY --mount=type=cache,target=/c a b',
    'RUN --mount=type=bind,target=/b,from=x y',
  ].join('\n');
  const { text: out, ids } = scoped(text);
  assert.deepEqual(out.split('\n'), [
    '# escape=\\',
    'FROM a',
    'RUN --mount=type=cache,target=/root/.npm<ID> npm ci',
    '  run --mount=target=/x,\\',
    '# note',
    'type=cache<ID> \\',
    '  --mount=type=secret,id=KEY --mount=type=CACHE,id=a,dst="/with space"<ID> \\',
    '  --mount=type=cache,target=/z<ID>\\',
    '  make',
    'RUN --network=none --mount=\'type=cache,"target=/q"\'<ID> true --mount=type=cache,target=/no',
    'RUN --mount=type=cache,target=/h<ID> <<EOF',
    'RUN --mount=type=cache,target=/body',
    'EOF',
    'ONBUILD RUN --mount=type=cache,target=/o<ID> x',
    'COPY --mount=type=cache,target=/c a b',
    'RUN --mount=type=bind,target=/b,from=x y',
  ]);
  assert.equal(new Set(ids).size, 7);
});

test('The id follows from the scope and the id, or the target, alone.', () => {
  const id = (mount: string, scope?: string) => scoped(`RUN --mount=type=cache,${mount} x`, scope).ids[0];
  assert.equal(id('target=/a'), id('dst=/a,sharing=locked'));
  assert.equal(id('id=/a,target=/b'), id('target=/a'));
  assert.equal(id('id=one,target=/a,id=two'), id('id=two,target=/c'));
  assert.notEqual(id('id=a,target=/b'), id('id=b,target=/b'));
  assert.match(
    scopeCaches('RUN --mount=type=cache,id=../x,target=/a y', 'other'),
    /,id=other-[0-9a-f]{16} y$/,
  );
});

test('With certificates too, lines keep their places.', () => {
  const text = 'FROM a\nRUN --mount=type=cache,target=/a \\\n  x\nFROM b\nFOO';
  const { text: out, originalLine } = trustExtraCa(scopeCaches(text, 'scope'));
  assert.equal(originalLine(out.split('\n').indexOf('FOO') + 1), 5);
});
