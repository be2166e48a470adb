/** Bytes of a block of a tar (POSIX.1-2017, pax, "ustar Interchange Format"). */
const block = 512;

/** Longest name that stands in a header itself. */
const longestName = 100;

/**
 * A tar with a file for each variable, named by its key, readable by its owner only. It is text as the values are, so
 * that it goes where text goes; its bytes are those of the text in UTF-8.
 */
export function bundleConfig(values: Readonly<Record<string, string>>): string {
  const members = Object.entries(values).map(([key, value]) => longName(key) + member(key, value, '0'));
  return `${members.join('')}${'\0'.repeat(2 * block)}`;
}

/** A pax record in front of a file whose name its header has no place for. */
function longName(name: string): string {
  if (name.length <= longestName) return '';
  const rest = ` path=${name}\n`;
  const digits = String(rest.length + 3).length;
  return member('pax', `${rest.length + digits}${rest}`, 'x');
}

function member(name: string, content: string, type: '0' | 'x'): string {
  const size = Buffer.byteLength(content);
  return header(name, size, type) + content + '\0'.repeat((block - (size % block)) % block);
}

function header(name: string, size: number, type: string): string {
  const parts = [
    name.slice(0, longestName).padEnd(longestName, '\0'),
    octal(0o600, 8) + octal(0, 8) + octal(0, 8) + octal(size, 12) + octal(0, 12),
    ' '.repeat(8),
    type.padEnd(101, '\0'),
    'ustar\u000000'.padEnd(block, '\0'),
  ];
  const text = parts.join('').slice(0, block);
  const sum = Buffer.from(text).reduce((total, byte) => total + byte, 0);
  return text.slice(0, 148) + `${octal(sum, 7)} ` + text.slice(156);
}

/** Digits that fill a field up to its closing NUL. */
function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}
