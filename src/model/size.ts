import { failure } from './failures.ts';

const exponents: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4 };

/**
 * Bytes of `512M`, `1.5GiB`, `100k`, `12345`. Units are powers of 1024 and their case does not matter, as Docker reads
 * them; a number alone is bytes; a part of a byte is dropped. Throws E_INPUT.
 */
export function parseSize(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([kmgt]?)(?:i?b)?$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * 1024 ** (exponents[unit.toLowerCase()] ?? 0));
  if (number === '' || !Number.isSafeInteger(bytes)) {
    throw failure('E_INPUT', `${JSON.stringify(text)} is not a size`, {
      hint: 'a size looks like 512M or 1.5G',
    });
  }
  return bytes;
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `512 MiB`, `1.5 GiB`, `87 B`: one decimal below 10, where it is not 0. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 1023.5, not 1024: what would be rounded up to 1024 is 1 of the next unit.
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const rounded = value < 10 ? Math.round(value * 10) / 10 : Math.round(value);
  return `${rounded} ${units[unit]}`;
}
