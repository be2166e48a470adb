import type { Line } from '../model/line.ts';

/** A header; drops with --quiet. */
export function header(text: string): Line {
  return { kind: 'header', text };
}

export function step(text: string): Line {
  return { kind: 'step', text };
}

export function detail(text: string): Line {
  return { kind: 'detail', text };
}

export function warning(text: string): Line {
  return { kind: 'warning', text };
}

export function out(text: string): Line {
  return { kind: 'out', text };
}

/** Rows of cells as lines with aligned columns, two spaces between them, no spaces at the end. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** The same as `out` lines: the usual listing. */
export function listing(rows: readonly (readonly string[])[]): readonly Line[] {
  return columns(rows).map(out);
}

/** A time for people: ISO form, in seconds. */
export function shortTime(iso: string): string {
  return iso.replace(/\.\d+Z$/, 'Z');
}
