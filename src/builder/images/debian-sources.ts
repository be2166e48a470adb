import type { AptSource } from '../../tools/apt.ts';

/**
 * Lines of sources.list for a Debian suite from the mirrors that this machine itself uses, whatever its own release is.
 * Nothing (then the well-known addresses serve) unless the machine has Debian's archive and its security archive, both
 * by plain http, which a slim image can use (it has no CA certificates), and without a password in the address.
 */
export function debianSources(sources: readonly AptSource[], suite: string): string[] {
  const debian = sources.filter((source) => source.origin === 'Debian' && isPlain(source.address));
  const archive = debian.find((source) => !source.suite.includes('-'));
  const security = debian.find((source) => source.suite.endsWith('-security'));
  if (!archive || !security) return [];
  return [
    `deb ${archive.address} ${suite} main`,
    `deb ${archive.address} ${suite}-updates main`,
    `deb ${security.address} ${suite}-security main`,
  ];
}

function isPlain(address: string): boolean {
  return /^http:\/\/[^@\s]+$/.test(address);
}
