import { Failure } from '../base/failure.ts';
import { parseMoment } from '../model/log-filter.ts';
import { checked } from './field.ts';

/** What `read` throws for a word, as the text of what is wrong with it. */
export function problemOf(read: (word: string) => unknown): (word: string) => string | undefined {
  return (word) => {
    try {
      read(word);
      return undefined;
    } catch (error) {
      if (error instanceof Failure) return error.message;
      throw error;
    }
  };
}

/** Against a time far from 1970, so that `1d` ago is one. */
const anyTime = Date.UTC(3000, 0, 1);

/** A time, as parseMoment reads it. */
export const moment = checked(problemOf((word) => parseMoment(word, anyTime)));
