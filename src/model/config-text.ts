/** A value between single quotes, as any POSIX shell reads it back: `it's` -> `'it'\''s'`. For `config:get --quoted`. */
export function singleQuoted(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

/** `export KEY='VALUE'`, to be sourced by a shell. */
export function exportLine(key: string, value: string): string {
  return `export ${key}=${singleQuoted(value)}`;
}

/** Lines of `config:show`: `KEY:  VALUE`, the values below each other, further lines of a value too. */
export function showLines(values: Readonly<Record<string, string>>): readonly string[] {
  const width = Math.max(0, ...Object.keys(values).map((key) => key.length)) + 3;
  return Object.entries(values).flatMap(([key, value]) =>
    value.split('\n').map((line, index) => `${index === 0 ? `${key}:` : ''}`.padEnd(width) + line),
  );
}
