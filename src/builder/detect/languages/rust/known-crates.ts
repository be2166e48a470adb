import type { Packages } from '../../compiled.ts';
import type { Cargo } from './cargo.ts';

/** Crates that are bound to a library of the system, or need one of its programs to be built. */
const bound: Readonly<Record<string, Packages>> = {
  'openssl-sys': { build: ['libssl-dev', 'pkg-config'], run: ['libssl3'] },
  'openssl-src': { build: ['make', 'perl'], run: [] },
  'pq-sys': { build: ['libpq-dev'], run: ['libpq5'] },
  'mysqlclient-sys': { build: ['default-libmysqlclient-dev', 'pkg-config'], run: ['libmariadb3'] },
  'libsqlite3-sys': { build: ['libsqlite3-dev', 'pkg-config'], run: ['libsqlite3-0'] },
  'rdkafka-sys': { build: ['cmake', 'g++', 'make'], run: [] },
  'aws-lc-sys': { build: ['cmake', 'g++', 'make'], run: [] },
  'prost-build': { build: ['protobuf-compiler'], run: [] },
};

/** What a crate is called as a framework, by its name. */
const frameworks: Readonly<Record<string, string>> = {
  axum: 'Axum',
  'actix-web': 'Actix Web',
  rocket: 'Rocket',
  poem: 'Poem',
  salvo: 'Salvo',
  warp: 'Warp',
};

export function packagesOf({ crates }: Cargo): Packages {
  const needed = Object.entries(bound).flatMap(([name, packages]) => (crates.has(name) ? packages : []));
  return {
    build: [...new Set(needed.flatMap(({ build }) => build))],
    run: [...new Set(needed.flatMap(({ run }) => run))],
  };
}

export function frameworkOf({ named }: Cargo): string | null {
  return Object.entries(frameworks).find(([name]) => named.has(name))?.[1] ?? null;
}
