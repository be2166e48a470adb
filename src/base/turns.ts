import { oneAtATime } from './one-at-a-time.ts';

/** Runs pieces of work that have the same key one after another, in the order they were handed in. */
export class Turns<Key> {
  readonly #turns = new Map<Key, ReturnType<typeof oneAtATime>>();

  run<T>(key: Key, work: () => Promise<T>): Promise<T> {
    const turn = this.#turns.get(key) ?? oneAtATime();
    this.#turns.set(key, turn);
    return turn(work);
  }
}
