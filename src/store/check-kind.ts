import { failure } from '../model/failures.ts';
import { isKindName, type KindName } from '../model/service-kind.ts';

/** The kind of a row. Throws E_STORE for one that a newer program wrote. */
export function checkKind(text: string): KindName {
  if (isKindName(text)) return text;
  throw failure('E_STORE', `The store has a datastore of the kind ${text}, which this program does not know`);
}
