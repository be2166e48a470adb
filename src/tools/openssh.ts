import { createHash } from 'node:crypto';

/** What is wrong with a public key, or with a value that was to stand in a file of OpenSSH. */
export class OpensshError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'OpensshError';
  }
}

export interface PublicKey {
  /** `ssh-ed25519` and the like. */
  readonly type: string;
  /** Type and key, as a line of authorized_keys has them. */
  readonly publicKey: string;
  /** `SHA256:...` as ssh-keygen prints it. */
  readonly fingerprint: string;
  readonly comment: string;
}

type Parts = readonly Buffer[];

/**
 * Key type -> what is wrong with the fields that follow the type in the key's blob, or undefined.
 * Sources: RFC 8709 (ed25519), RFC 5656 (ecdsa), RFC 4253 6.6 (rsa), PROTOCOL.u2f of OpenSSH (sk-).
 */
const keyTypes: Readonly<Record<string, (fields: Parts) => string | undefined>> = {
  'ssh-ed25519': (fields) => lengthsProblem(fields, [32]),
  'ssh-rsa': rsaProblem,
  'ecdsa-sha2-nistp256': (fields) => curveProblem(fields, 'nistp256', 65),
  'ecdsa-sha2-nistp384': (fields) => curveProblem(fields, 'nistp384', 97),
  'ecdsa-sha2-nistp521': (fields) => curveProblem(fields, 'nistp521', 133),
  'sk-ssh-ed25519@openssh.com': (fields) =>
    applicationProblem(fields) ?? lengthsProblem(fields.slice(0, -1), [32]),
  'sk-ecdsa-sha2-nistp256@openssh.com': (fields) =>
    applicationProblem(fields) ?? curveProblem(fields.slice(0, -1), 'nistp256', 65),
};

/** Shortest RSA key that is taken, in bits. */
const leastRsaBits = 2048;

/**
 * Reads the text of a `.pub` file: one key without options. Pure; checks that the blob is a whole key of the type that
 * is written before it. Throws OpensshError with a text that says what is wrong.
 */
export function parsePublicKey(text: string): PublicKey {
  const { type, blob, comment } = splitKeyLine(onlyLine(text));
  const bytes = decodeBase64(blob);
  const [inner, ...fields] = readStrings(bytes);
  if (inner?.toString('latin1') !== type)
    throw new OpensshError(`The key is damaged: it says ${type}, but is of another type`);
  const problem = keyTypes[type]?.(fields);
  if (problem !== undefined) throw new OpensshError(problem);
  return { type, publicKey: `${type} ${blob}`, fingerprint: fingerprintOf(bytes), comment };
}

function onlyLine(text: string): string {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----|^PuTTY-User-Key-File/m.test(text)) {
    throw new OpensshError('This is a private key: keep it to yourself, and give the file that ends in .pub');
  }
  if (text.includes('---- BEGIN SSH2 PUBLIC KEY ----')) {
    throw new OpensshError(
      'This key is in the format of another program; ssh-keygen -i -f FILE gives the one that is needed',
    );
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const [line, more] = lines;
  if (line === undefined) throw new OpensshError('There is no key in this text');
  if (more !== undefined)
    throw new OpensshError(`There are ${lines.length} lines in this text; add one key at a time`);
  return line.trim();
}

function splitKeyLine(line: string): { type: string; blob: string; comment: string } {
  const [type = '', blob = '', ...comment] = line.split(/[ \t]+/);
  if (Object.hasOwn(keyTypes, type))
    return { type, blob, comment: comment.join(' ').replace(/\p{Cc}/gu, '') };
  const later = Object.keys(keyTypes).some((known) => line.includes(`${known} `));
  if (later) throw new OpensshError('There are options in front of the key; give the key alone');
  throw new OpensshError(
    `This is no public key of a type that is taken: ${Object.keys(keyTypes).join(', ')}`,
  );
}

function decodeBase64(blob: string): Buffer {
  const bytes = Buffer.from(blob, 'base64');
  if (bytes.length === 0 || bytes.toString('base64') !== blob)
    throw new OpensshError('The key is damaged: it is not whole base64');
  return bytes;
}

/** The length-prefixed strings of RFC 4251 section 5, up to the end of the bytes. */
function readStrings(bytes: Buffer): Parts {
  const strings: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = at + 4 <= bytes.length ? bytes.readUInt32BE(at) : Number.POSITIVE_INFINITY;
    if (at + 4 + length > bytes.length) throw new OpensshError('The key is damaged: its end is missing');
    strings.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return strings;
}

function lengthsProblem(fields: Parts, lengths: readonly number[]): string | undefined {
  const fits = fields.length === lengths.length && fields.every((field, at) => field.length === lengths[at]);
  return fits ? undefined : 'The key is damaged: its parts do not have the length that they must have';
}

function curveProblem(fields: Parts, curve: string, pointLength: number): string | undefined {
  return fields[0]?.toString('latin1') === curve
    ? lengthsProblem(fields, [curve.length, pointLength])
    : 'The key is damaged: it names another curve than its type';
}

/** Keys of security tokens end with the application that they are for, `ssh:`. */
function applicationProblem(fields: Parts): string | undefined {
  return fields.at(-1)?.toString('latin1').startsWith('ssh:') === true
    ? undefined
    : 'The key is damaged: it is not for ssh';
}

function rsaProblem(fields: Parts): string | undefined {
  const [, modulus] = fields;
  if (fields.length !== 2 || modulus === undefined)
    return 'The key is damaged: it has too few or too many parts';
  const digits = modulus.toString('hex').replace(/^0+/, '');
  const bits =
    digits === '' ? 0 : (digits.length - 1) * 4 + Number.parseInt(digits.slice(0, 1), 16).toString(2).length;
  if (bits >= leastRsaBits) return undefined;
  return `The key is too short: ${bits} bits of RSA, ${leastRsaBits} are needed; ssh-keygen -t ed25519 makes a better one`;
}

function fingerprintOf(bytes: Buffer): string {
  return `SHA256:${createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '')}`;
}

export interface AuthorizedKey {
  readonly name: string;
  readonly publicKey: string;
}

export interface ForcedCommand {
  /** Absolute path of entry.sh. */
  readonly entry: string;
  /** Absolute path of the file that `entryPaths` gives the text of. */
  readonly paths: string;
}

const absolutePath = /^(\/[A-Za-z0-9._@+-]+)+$/;
const words = {
  keyName: /^[A-Za-z0-9][A-Za-z0-9._@-]*$/,
  user: /^[a-z_][a-z0-9_-]{0,31}$/,
};

/**
 * The text of authorized_keys. Whoever comes in with a key runs `entry.sh PATHS NAME` and nothing else; a terminal is
 * allowed, forwarding and ~/.ssh/rc are not (`restrict`, sshd(8)). Throws OpensshError for a value that is not checked.
 */
export function authorizedKeys(keys: readonly AuthorizedKey[], command: ForcedCommand): string {
  const entry = checked(command.entry, absolutePath, 'path of the entry script');
  const paths = checked(command.paths, absolutePath, 'path of the paths file');
  const lines = keys.map((key) => {
    const name = checked(key.name, words.keyName, 'name of a key');
    // exec: the user's shell gives its place to the script, whose parent then is sshd's process for the connection.
    return `restrict,pty,command="exec ${entry} ${paths} ${name}" ${parsePublicKey(key.publicKey).publicKey}`;
  });
  return [written, ...lines, ''].join('\n');
}

/** The keys in a text that `authorizedKeys` wrote. */
export function parseAuthorizedKeys(text: string): readonly AuthorizedKey[] {
  const lines = text.matchAll(/^restrict,pty,command="exec \S+ \S+ ([^"\s]+)" (.+)$/gm);
  return [...lines].map(([, name = '', publicKey = '']) => ({ name, publicKey }));
}

export interface EntryPaths {
  /** Socket that the keys talk to. */
  readonly door: string;
  /** Node, and the bundled CLI that it runs. */
  readonly node: string;
  readonly cli: string;
  /** Folder with the git hooks. */
  readonly hooks: string;
}

/** The text of the file that tells entry.sh where things are: one a instance, so that several share the scripts. */
export function entryPaths(paths: EntryPaths): string {
  const row = (name: keyof EntryPaths) => `${name}=${checked(paths[name], absolutePath, `path "${name}"`)}`;
  return [written, row('door'), row('node'), row('cli'), row('hooks'), ''].join('\n');
}

/**
 * The drop-in for sshd: the door's user comes in by our keys only, and forwards nothing. Ends with `Match all`, so that
 * what an including file says after it is not meant for that user alone. A peer that is silent for 45 seconds is gone.
 * The keys file must be readable by that user, and its folders writable by root alone (sshd_config(5), StrictModes).
 */
export function sshdDropIn(door: { readonly user: string; readonly authorizedKeysFile: string }): string {
  return [
    written,
    `Match User ${checked(door.user, words.user, 'user')}`,
    '    AuthenticationMethods publickey',
    '    PubkeyAuthentication yes',
    '    PasswordAuthentication no',
    '    KbdInteractiveAuthentication no',
    `    AuthorizedKeysFile ${checked(door.authorizedKeysFile, absolutePath, 'path of the keys file')}`,
    '    AuthorizedKeysCommand none',
    '    TrustedUserCAKeys none',
    '    DisableForwarding yes',
    '    PermitTunnel no',
    '    PermitTTY yes',
    '    ClientAliveInterval 15',
    '    ClientAliveCountMax 3',
    'Match all',
    '',
  ].join('\n');
}

const written = '# Written by Slipway; changes made here are lost.';

/** Nothing gets into a file of sshd or sh that could end a word there. */
function checked(value: string, pattern: RegExp, what: string): string {
  if (!pattern.test(value))
    throw new OpensshError(`The ${what} has characters that are not taken: ${JSON.stringify(value)}`);
  return value;
}
