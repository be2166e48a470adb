import { counted } from '../counted.ts';
import type { ModeFact } from './facts.ts';
import { areaOf, type Finding, problemsOr } from './finding.ts';

/** The store: what SQLite's own check found wrong; empty: nothing. */
export function judgeStore(problems: readonly string[]): readonly Finding[] {
  const store = areaOf('Store');
  return problemsOr(
    problems.map((text) =>
      store.broken(`The store is damaged: ${text}`, 'slipway server:recover goes on from the newest copy'),
    ),
    store.ok('whole'),
  );
}

/** A copy is due each day; tried again each hour where it failed. */
const copyDue = 2 * 24 * 3_600_000;

/** The newest copy of the store: when it was taken, null without any; milliseconds since 1970. */
export function judgeCopies(newest: number | null, now: number): Finding {
  const store = areaOf('Store');
  const fix = 'the log of slipwayd tells why none was taken; make space where the store is';
  if (newest === null) return store.warning('There is no copy of it', fix);
  const age = now - newest;
  const days = counted(Math.floor(age / (24 * 3_600_000)), 'day');
  return age > copyDue ? store.warning(`Its newest copy is ${days} old`, fix) : store.ok('copied each day');
}

/** Files and folders that others must not get at. */
export function judgeModes(modes: readonly ModeFact[]): readonly Finding[] {
  const files = areaOf('Files');
  const problems = modes.flatMap(({ path, mode, most }) => {
    const right = most.toString(8);
    if (mode === null)
      return [files.broken(`${path} is gone`, 'put it back from a copy, before slipwayd is restarted')];
    if ((mode & ~most) === 0) return [];
    return [files.broken(`${path} has the mode ${mode.toString(8)}, not ${right}`, `chmod ${right} ${path}`)];
  });
  return problemsOr(problems, files.ok('private ones are private'));
}

/** The way of sshd to us. `configured`: it is told of our keys; `current`: they are those of the store. */
export function judgeDoor({
  keys,
  configured,
  current,
}: {
  readonly keys: number;
  readonly configured: boolean;
  readonly current: boolean;
}): readonly Finding[] {
  const door = areaOf('SSH');
  return [
    current
      ? door.ok(`lets ${counted(keys, 'key')} in`)
      : door.broken('The file of keys is not what the store has', 'restart slipwayd: it writes it anew'),
    ...(configured
      ? []
      : [
          door.warning(
            'The configuration in /etc/ssh does not name our file of keys',
            './install.sh writes /etc/ssh/sshd_config.d/slipway.conf',
          ),
        ]),
  ];
}
