import type { InputOf, OperationName, OutputOf } from '../contract/operations.ts';
import type { Call, Deps } from './deps.ts';

/** What carries out an operation. Its input is checked, its app loaded, its lane held. */
export type Handler<N extends OperationName> = (
  deps: Deps,
  call: Call,
  input: InputOf<N>,
) => Promise<OutputOf<N>>;
