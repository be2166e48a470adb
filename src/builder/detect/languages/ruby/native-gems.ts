interface Packages {
  /** To compile it, beside a compiler. */
  readonly build?: readonly string[];
  /** What it loads, or starts, while it runs. */
  readonly run?: readonly string[];
}

/** A compiler, and what gems of the standard library want. Nearly every app has a gem to compile, such as Puma. */
const always = ['build-essential', 'ca-certificates', 'git', 'libyaml-dev', 'pkg-config'];

/** Packages of the distribution for gems that do not bring all they need. */
const known: Readonly<Record<string, Packages>> = {
  charlock_holmes: { build: ['libicu-dev', 'zlib1g-dev'], run: ['libicu72'] },
  curb: { build: ['libcurl4-openssl-dev'], run: ['libcurl4'] },
  // Its JavaScript is run by Node, while pages are built.
  execjs: { build: ['nodejs'] },
  image_processing: { run: ['libvips42'] },
  mini_magick: { run: ['imagemagick'] },
  mysql2: { build: ['default-libmysqlclient-dev'], run: ['libmariadb3'] },
  // It is compiled only where the lock has no platform of Linux.
  nokogiri: { build: ['zlib1g-dev'] },
  pg: { build: ['libpq-dev'], run: ['libpq5'] },
  rmagick: { build: ['libmagickwand-dev'], run: ['libmagickwand-6.q16-6'] },
  'ruby-vips': { run: ['libvips42'] },
  rugged: { build: ['cmake', 'libssl-dev'] },
  sqlite3: { build: ['libsqlite3-dev'], run: ['libsqlite3-0'] },
  tiny_tds: { build: ['freetds-dev'], run: ['libsybdb5'] },
  trilogy: { build: ['libssl-dev'] },
};

export function nativeGems(names: ReadonlySet<string>): { readonly build: string[]; readonly run: string[] } {
  const wanted = Object.entries(known).filter(([name]) => names.has(name));
  return {
    build: [...new Set([...always, ...wanted.flatMap(([, { build = [] }]) => build)])],
    run: [...new Set(wanted.flatMap(([, { run = [] }]) => run))],
  };
}
