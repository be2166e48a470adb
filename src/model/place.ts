import { isIP } from 'node:net';
import { failure } from './failures.ts';
import type { Place } from './route.ts';

/** `127.0.0.1:5432`, `[::1]:5432` */
export function placeText({ address, port }: Place): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** A port, alone or behind the address of this machine that it is on. Throws E_INPUT. */
export function parsePlace(text: string): { readonly address: string | null; readonly port: number } {
  const [, bracketed, plain, digits = ''] =
    /^(?:(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):)?(\d{1,5})$/.exec(text) ?? [];
  const address = bracketed ?? plain ?? null;
  const port = Number(digits);
  const isAddress = address === null || isIP(address) === (bracketed === undefined ? 4 : 6);
  if (isAddress && port >= 1 && port <= 65_535) return { address, port };
  throw failure('E_INPUT', `${JSON.stringify(text.slice(0, 80))} is not a port, or an address and a port`, {
    hint: 'such as 15432, 10.0.0.5:15432 or [::1]:15432',
  });
}

/** Whether only programs of this machine reach it: 127.0.0.0/8, ::1, and the former written as an address of IPv6. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
