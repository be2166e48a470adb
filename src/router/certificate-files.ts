import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret } from '../base/secret.ts';
import { makeFolder, readIfThere, writeAllAtomic } from '../base/files.ts';
import type { ServedCertificate } from '../model/route.ts';
import { plainWord, type CertificateLine } from '../tools/haproxy-command.ts';
import type { RouterPaths } from './router-paths.ts';

/*
 * A certificate lies in a file that is called by what is in it and what it is shown for. So a list of names says all
 * that is served, another certificate never takes the place of one that is in use, and a damaged file is seen.
 */

export type CertificatePaths = Pick<RouterPaths, 'certificateList' | 'certificates'>;

/** File name -> the words of its line in the list. */
export type CertificateLines = ReadonlyMap<string, readonly string[]>;

export function certificateLines(certificates: readonly ServedCertificate[]): CertificateLines {
  return new Map(certificates.map((one) => [certificateName(one), lineWords(one)]));
}

export function certificateName(certificate: ServedCertificate): string {
  return nameOf(certificate.pem, lineWords(certificate));
}

function nameOf(pem: Secret, words: readonly string[]): string {
  return `${sha256(`${words.join(' ')}\n${hashOf(pem)}`).slice(0, 32)}.pem`;
}

/** Of those that are in memory: all names are asked for at each change of a route. */
const hashes = new WeakMap<Secret, string>();

function hashOf(pem: Secret): string {
  const known = hashes.get(pem) ?? sha256(pem.reveal());
  hashes.set(pem, known);
  return known;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Options of the bind line for this certificate, then its hosts. */
function lineWords({ hosts, minVersion, http2 }: ServedCertificate): string[] {
  const alpn = http2 ? 'h2,http/1.1' : 'http/1.1';
  return [`[alpn ${alpn} ssl-min-ver TLSv${minVersion}]`, ...hosts.map(plainWord)];
}

export function certificateLine(
  paths: CertificatePaths,
  name: string,
  words: readonly string[],
): CertificateLine {
  return { list: paths.certificateList, file: filePath(paths, name), words };
}

export function renderList(paths: RouterPaths, lines: CertificateLines): string {
  return [...lines]
    .map(([name, words]) => `${filePath(paths, name)} ${words.join(' ')}\n`)
    .sort()
    .join('');
}

/** Reads what `renderList` wrote, and what HAProxy shows of it; lines of another form are left out. */
export function parseList(text: string): CertificateLines {
  const lines = new Map<string, readonly string[]>();
  for (const line of text.split('\n')) {
    const found = /^\S*\/([0-9a-f]{32}\.pem) (\[[^\]]*\]) (.+)$/.exec(line);
    const [, name, options, hosts] = found ?? [];
    if (name === undefined || options === undefined || hosts === undefined) continue;
    lines.set(name, [options.replaceAll(/ +/g, ' '), ...hosts.trim().split(' ')]);
  }
  return lines;
}

/** Those whose file is there and holds what its name says: with another one HAProxy would not start at all. */
export async function soundLines(paths: RouterPaths, lines: CertificateLines): Promise<CertificateLines> {
  const sound = new Map<string, readonly string[]>();
  for (const [name, words] of lines) {
    const pem = await readIfThere(filePath(paths, name));
    if (pem !== undefined && nameOf(new Secret(pem), words) === name) sound.set(name, words);
  }
  return sound;
}

/** Writes those that are not there; none where the disk has no room for all. */
export async function writeCertificates(
  paths: RouterPaths,
  certificates: readonly ServedCertificate[],
): Promise<void> {
  await makeFolder(paths.certificates);
  const there = new Set(await readdir(paths.certificates));
  const fresh = certificates.filter((one) => !there.has(certificateName(one)));
  await writeAllAtomic(
    new Map(fresh.map((one) => [filePath(paths, certificateName(one)), one.pem.reveal()])),
  );
}

/** Removes the files of those that are not served any more. */
export async function removeCertificates(paths: RouterPaths, served: CertificateLines): Promise<void> {
  for (const name of await readdir(paths.certificates)) {
    if (!served.has(name)) await rm(filePath(paths, name), { force: true });
  }
}

function filePath(paths: CertificatePaths, name: string): string {
  return join(paths.certificates, name);
}
