interface Packages {
  /** To compile it. */
  readonly build?: readonly string[];
  /** What it loads, or starts, while it runs. */
  readonly run?: readonly string[];
}

const c = ['gcc', 'libc6-dev'];

/** Packages of the distribution for what does not bring all of it in its wheel. */
const known: Readonly<Record<string, Packages>> = {
  cairosvg: { run: ['libcairo2'] },
  mysqlclient: { build: [...c, 'default-libmysqlclient-dev', 'pkg-config'], run: ['libmariadb3'] },
  'opencv-python': { run: ['libgl1', 'libglib2.0-0'] },
  pdf2image: { run: ['poppler-utils'] },
  psycopg: { run: ['libpq5'] },
  'psycopg[c]': { build: [...c, 'libpq-dev'] },
  psycopg2: { build: [...c, 'libpq-dev'], run: ['libpq5'] },
  pycairo: { build: [...c, 'libcairo2-dev', 'pkg-config'], run: ['libcairo2'] },
  pydub: { run: ['ffmpeg'] },
  pyodbc: { run: ['unixodbc'] },
  pytesseract: { run: ['tesseract-ocr'] },
  'python-ldap': { build: [...c, 'libldap2-dev', 'libsasl2-dev'], run: ['libldap-2.5-0', 'libsasl2-2'] },
  'python-magic': { run: ['libmagic1'] },
  uwsgi: { build: c },
  weasyprint: { run: ['libpango-1.0-0', 'libpangoft2-1.0-0', 'libharfbuzz-subset0'] },
  xmlsec: { build: [...c, 'libxmlsec1-dev', 'pkg-config'], run: ['libxmlsec1', 'libxmlsec1-openssl'] },
};

/** What these dependencies need besides: in the build, and while the app runs. */
export function nativePackages(names: ReadonlySet<string>): {
  readonly build: string[];
  readonly run: string[];
} {
  const wanted = Object.entries(known).filter(([name]) => names.has(name) && !names.has(`${name}[binary]`));
  return {
    build: [...new Set(wanted.flatMap(([, { build = [] }]) => build))],
    run: [...new Set(wanted.flatMap(([, { run = [] }]) => run))],
  };
}
