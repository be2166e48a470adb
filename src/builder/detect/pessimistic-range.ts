/** The words of RubyGems and of Hex as a range of npm: `~> 3.3` allows 3.4, `~> 3.3.0` does not. */
export function pessimisticRange(word: string): string {
  const [, major = '', minor, patch] = /^~>\s*(\d+)(?:\.(\d+))?(\.\d+)?/.exec(word.trim()) ?? [];
  if (major === '') return word.trim().replace(/^==?\s*/, '');
  const below = patch === undefined ? `${Number(major) + 1}` : `${major}.${Number(minor) + 1}`;
  return `>=${major}.${minor ?? 0}${patch ?? ''} <${below}`;
}
