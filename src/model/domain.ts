import { domainToASCII } from 'node:url';
import { failure } from './failures.ts';

const pattern = /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A domain as it is stored: lowercase, punycode, without a closing dot. Throws E_INPUT for anything else. */
export function normalizeDomain(text: string): string {
  const bare = text.endsWith('.') ? text.slice(0, -1) : text;
  const wild = bare.startsWith('*.');
  // domainToASCII parses as a URL does: it drops newlines, and all from a / or ? on. So nothing of that gets there.
  const foreign =
    bare.length <= 253 && /[^\0-\x7f]/.test(bare) && /^(\*\.)?[A-Za-z0-9.\-\u0080-\uffff]*$/.test(bare);
  const ascii = foreign
    ? (wild ? '*.' : '') + domainToASCII(wild ? bare.slice(2) : bare)
    : bare.toLowerCase();
  if (ascii === '' || ascii.length > 253 || !pattern.test(ascii)) {
    throw failure('E_INPUT', `${JSON.stringify(text)} is not a domain name`, {
      hint: 'a domain looks like shop.example.com or *.example.com',
    });
  }
  return ascii;
}
