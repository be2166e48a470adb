import { uses, type Project } from './project.ts';

/** Packages that are compiled where nobody compiled them before for this Node and processor. */
const compiled = [
  'argon2',
  'bcrypt',
  'better-sqlite3',
  'bufferutil',
  'canvas',
  'cpu-features',
  'deasync',
  'farmhash',
  'ffi-napi',
  'isolated-vm',
  'kerberos',
  'leveldown',
  'libxmljs',
  'libxmljs2',
  'microtime',
  'node-gyp',
  'node-pty',
  'node-rdkafka',
  'node-sass',
  're2',
  'ref-napi',
  'serialport',
  'sqlite3',
  'tree-sitter',
  'usb',
  'utf-8-validate',
  'zeromq',
];

const compilers = ['g++', 'make', 'python3'];

/** Packages of the distribution that packages of npm need. */
export function systemPackages(project: Project): {
  readonly build: readonly string[];
  readonly run: readonly string[];
} {
  // Prisma chooses its engine by the version of openssl that it finds.
  const prisma = uses(project, ['prisma', '@prisma/client']) ? ['openssl'] : [];
  return { build: [...(uses(project, compiled) ? compilers : []), ...prisma], run: prisma };
}
