import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../base/secret.ts';
import { aliasProblem, planLink, planPromote, planUnlink, variablesOf } from './plan-link.ts';
import type { Config } from './release.ts';

const db = { kind: 'postgres', name: 'db', url: 'postgres://u:p@slipway-postgres-db:5432/db' } as const;
const other = { ...db, name: 'other', url: 'postgres://u:p@slipway-postgres-other:5432/other' } as const;
const plain = { alias: null, query: '' };

function config(values: Readonly<Record<string, string>>): Config {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, new Secret(value)]));
}

function shown({ own, keys }: { readonly own: Config; readonly keys: readonly string[] }) {
  return { own: Object.fromEntries(Object.entries(own).map(([key, value]) => [key, value.reveal()])), keys };
}

describe('A link', () => {
  it('sets the variable of its kind, with the query that is asked for', () => {
    assert.deepEqual(shown(planLink(config({ A: '1' }), db, { alias: null, query: 'pool=5' })), {
      own: { A: '1', DATABASE_URL: `${db.url}?pool=5` },
      keys: ['DATABASE_URL'],
    });
  });

  it('takes a colour where that is taken, another one each time', () => {
    const first = planLink(config({}), db, plain);
    const second = planLink(first.own, other, plain);
    assert.deepEqual(second.keys, ['SLIPWAY_POSTGRES_AQUA_URL']);
    assert.deepEqual(planLink(second.own, { ...db, name: 'third' }, plain).keys, [
      'SLIPWAY_POSTGRES_BLACK_URL',
    ]);
  });

  it('has the name that is asked for, and never one that is taken', () => {
    assert.deepEqual(planLink(config({}), db, { alias: 'BLUE', query: '' }).keys, ['BLUE_URL']);
    assert.throws(() => planLink(config({ BLUE_URL: 'x' }), db, { alias: 'BLUE', query: '' }), {
      code: 'E_EXISTS',
    });
  });

  it('goes with each variable that leads there, and with no other', () => {
    const before = config({
      A: db.url,
      B: `${db.url}?x=1`,
      C: `${db.url}2`,
      D: other.url,
    });
    assert.deepEqual(shown(planUnlink(before, db)), {
      own: { C: `${db.url}2`, D: other.url },
      keys: ['A', 'B'],
    });
    assert.deepEqual(variablesOf(before, other), ['D']);
  });
});

describe('A promotion', () => {
  it('keeps a name for what was there before', () => {
    const before = config({ DATABASE_URL: db.url, SLIPWAY_POSTGRES_AQUA_URL: other.url });
    assert.deepEqual(shown(planPromote(before, other, '')), {
      own: {
        DATABASE_URL: other.url,
        SLIPWAY_POSTGRES_AQUA_URL: other.url,
        SLIPWAY_POSTGRES_BLACK_URL: db.url,
      },
      keys: ['DATABASE_URL', 'SLIPWAY_POSTGRES_BLACK_URL'],
    });
  });

  it('gives none to what has one, and changes nothing the second time', () => {
    const before = config({ DATABASE_URL: db.url, OLD_URL: db.url });
    const after = planPromote(before, other, '');
    assert.deepEqual(after.keys, ['DATABASE_URL']);
    assert.deepEqual(planPromote(after.own, other, '').keys, []);
  });
});

it('An alias is a name of a variable', () => {
  assert.equal(aliasProblem('BLUE_DATABASE'), undefined);
  for (const wrong of ['', 'blue', '1A', 'A-B', 'A\n', 'A'.repeat(61)]) assert.ok(aliasProblem(wrong), wrong);
});
