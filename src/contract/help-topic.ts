import { findOperation, groups, type Group, type OperationName } from './operations.ts';

/** What help is asked for. */
export type HelpTopic =
  | { readonly about: 'overview' }
  | { readonly about: 'all' }
  | { readonly about: 'group'; readonly group: Group }
  | { readonly about: 'command'; readonly name: OperationName };

/** The group of this name, else the command; undefined: neither. */
export function findTopic(word: string): HelpTopic | undefined {
  const group = groups.find(({ name }) => name === word);
  if (group !== undefined) return { about: 'group', group };
  const name = findOperation(word);
  return name === undefined ? undefined : { about: 'command', name };
}
