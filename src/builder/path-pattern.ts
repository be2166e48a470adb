/** Tells whether a path, or a folder that it is in, has the form of a pattern. */
export type PathTest = (path: string) => boolean;

/** One piece of a pattern. `deep` is `**`, and `deepFolders` is `**` with the slash behind it: any number of folders. */
type Token =
  | { readonly kind: 'character'; readonly test: (character: string) => boolean }
  | { readonly kind: 'star' | 'deep' | 'deepFolders' };

/**
 * A pattern of `.dockerignore`: `*` and `?` within a name, `[a-z]` and `[^a-z]`, `**` over any number of folders, a
 * backslash takes the next character as it is. Undefined for one that cannot be read.
 *
 * All ways through the pattern are followed at once, so that the cost is at most its length for each character of the
 * path: a regular expression would try them one after another, and `*a*a*a*a*b` could keep it busy for hours.
 */
export function pathPattern(pattern: string): PathTest | undefined {
  const tokens = readTokens(pattern);
  if (!tokens) return undefined;
  return (path) => {
    let states = closure(tokens, new Set([0]));
    for (const character of path) {
      if (character === '/' && states.has(2 * tokens.length)) return true;
      states = closure(tokens, step(tokens, states, character));
      if (states.size === 0) return false;
    }
    return states.has(2 * tokens.length);
  };
}

/*
 * State 2n: the first n tokens are matched. State 2n+1: within the folders of token n, which is `deepFolders`; it can
 * be left behind a slash only.
 */

function closure(tokens: readonly Token[], states: Set<number>): Set<number> {
  // A set gives also what is added while it is walked.
  for (const state of states) {
    const skippable = state % 2 === 0 && tokens[state / 2]?.kind !== 'character' && state / 2 < tokens.length;
    if (skippable) states.add(state + 2);
  }
  return states;
}

function step(tokens: readonly Token[], states: ReadonlySet<number>, character: string): Set<number> {
  const next = new Set<number>();
  for (const state of states) {
    const token = tokens[Math.floor(state / 2)];
    if (token) for (const reached of after(token, state, character)) next.add(reached);
  }
  return next;
}

function after(token: Token, state: number, character: string): readonly number[] {
  const at = state - (state % 2);
  if (token.kind === 'character') return token.test(character) ? [at + 2] : [];
  if (token.kind === 'star') return character === '/' ? [] : [at];
  if (token.kind === 'deep') return [at];
  return character === '/' ? [at, at + 1] : [at + 1];
}

function readTokens(pattern: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let rest = pattern;
  while (rest !== '') {
    const found = readToken(rest);
    if (!found) return undefined;
    tokens.push(found.token);
    rest = rest.slice(found.length);
  }
  return tokens;
}

interface Found {
  readonly token: Token;
  /** Characters of the pattern that it takes. */
  readonly length: number;
}

function readToken(text: string): Found | undefined {
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0);
  if (text.startsWith('**/')) return { token: { kind: 'deepFolders' }, length: 3 };
  if (text.startsWith('**')) return { token: { kind: 'deep' }, length: 2 };
  if (first === '*') return { token: { kind: 'star' }, length: 1 };
  if (first === '?') return character((other) => other !== '/', 1);
  if (first === '[') return readClass(text);
  if (first !== '\\') return character((other) => other === first, first.length);
  const escaped = text.codePointAt(1);
  if (escaped === undefined) return undefined;
  const literal = String.fromCodePoint(escaped);
  return character((other) => other === literal, 1 + literal.length);
}

function character(test: (character: string) => boolean, length: number): Found {
  return { token: { kind: 'character', test }, length };
}

/** `[abc]`, `[a-z]`, `[^a-z]`; never a slash. */
function readClass(text: string): Found | undefined {
  const found = /^\[(\^?)((?:\\.|[^\\\]])+)\]/su.exec(text);
  if (!found) return undefined;
  const [whole, negation, inside = ''] = found;
  const members = [...inside.matchAll(/(\\.|[^\\])(?:-(\\.|[^\\]))?/gsu)].map(([, from = '', to = from]) => {
    return [plain(from), plain(to)] as const;
  });
  const has = (other: string) => members.some(([from, to]) => from <= other && other <= to);
  return character((other) => other !== '/' && has(other) === (negation === ''), whole.length);
}

function plain(member: string): string {
  return member.startsWith('\\') ? member.slice(1) : member;
}
