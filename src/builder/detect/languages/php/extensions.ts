import { failure } from '../../../../model/failures.ts';
import { isRecord, type Manifest, recordAt } from '../../manifest.ts';
import { run, type RunStep } from '../../plan.ts';

/** In every image of PHP. */
const inside = new Set(
  (
    'core ctype curl date dom fileinfo filter ftp hash iconv json libxml mbstring mysqlnd openssl pcre pdo pdo_sqlite phar ' +
    'posix random readline reflection session simplexml sodium spl sqlite3 standard tokenizer xml xmlreader xmlwriter zlib'
  ).split(' '),
);

/** Part of PHP's source: name -> packages that the official image needs to compile it. */
const bundled: Readonly<Record<string, string>> = {
  bcmath: '',
  bz2: 'libbz2-dev',
  calendar: '',
  exif: '',
  ffi: 'libffi-dev',
  gd: 'libfreetype6-dev libjpeg-dev libpng-dev libwebp-dev',
  gettext: '',
  gmp: 'libgmp-dev',
  intl: 'libicu-dev',
  ldap: 'libldap2-dev',
  mysqli: '',
  opcache: '',
  pcntl: '',
  pdo_mysql: '',
  pdo_pgsql: 'libpq-dev',
  pgsql: 'libpq-dev',
  shmop: '',
  soap: 'libxml2-dev',
  sockets: '',
  sysvmsg: '',
  sysvsem: '',
  sysvshm: '',
  tidy: 'libtidy-dev',
  xsl: 'libxslt1-dev',
  zip: 'libzip-dev',
};

/** Of PECL: the same. */
const pecl: Readonly<Record<string, string>> = {
  amqp: 'librabbitmq-dev',
  apcu: '',
  ds: '',
  igbinary: '',
  imagick: 'libmagickwand-dev',
  mailparse: '',
  memcached: 'libmemcached-dev libssl-dev zlib1g-dev',
  mongodb: 'libssl-dev',
  msgpack: '',
  redis: '',
  uuid: 'uuid-dev',
  yaml: 'libyaml-dev',
};

/**
 * The extensions that composer.json and the packages of its lock file require and PHP does not have in itself, sorted.
 * Throws E_BUILD_PLAN for one that is not known.
 */
export function wantedExtensions(manifest: Manifest | undefined, lock: Manifest | undefined): string[] {
  const packages = Array.isArray(lock?.['packages']) ? lock['packages'] : [];
  const required = [manifest, ...packages.filter(isRecord)].flatMap((each) =>
    Object.keys(recordAt(each, 'require')),
  );
  const names = required
    .filter((name) => name.startsWith('ext-'))
    .map((name) => name.slice('ext-'.length).toLowerCase().replace('zend-opcache', 'opcache'));
  const wanted = [...new Set(names)].filter((name) => !inside.has(name)).toSorted();
  const unknown = wanted.find((name) => !Object.hasOwn(bundled, name) && !Object.hasOwn(pecl, name));
  if (unknown === undefined) return wanted;
  throw failure(
    'E_BUILD_PLAN',
    `composer.json, or a package of it, requires ext-${unknown}, which is not known here`,
    {
      hint: 'write a Dockerfile that installs it; slipway builder:plan shows one to begin with',
    },
  );
}

/**
 * The step that installs them by the programs of the official image. Where that has to compile them, what is needed for
 * it comes first, and stays: it brings the libraries that they run with.
 */
export function installExtensions(names: readonly string[]): readonly RunStep[] {
  if (names.length === 0) return [];
  const ofPecl = names.filter((name) => Object.hasOwn(pecl, name));
  const ofPhp = names.filter((name) => !Object.hasOwn(pecl, name));
  const needed = names.flatMap((name) => (bundled[name] ?? pecl[name] ?? '').split(' ')).filter(Boolean);
  const commands = [
    ...(needed.length > 0 ? [compilerPackages([...new Set(needed)].toSorted())] : []),
    ...(ofPhp.includes('gd') ? ['docker-php-ext-configure gd --with-freetype --with-jpeg --with-webp'] : []),
    ...(ofPhp.length > 0 ? [`docker-php-ext-install -j"$(nproc)" ${ofPhp.join(' ')}`] : []),
    ...(ofPecl.length > 0
      ? [`pecl install ${ofPecl.join(' ')}`, `docker-php-ext-enable ${ofPecl.join(' ')}`]
      : []),
  ];
  return [run(commands.join(' && '), { title: `install extensions of PHP: ${names.join(', ')}` })];
}

/** An image without PHP's source takes extensions from packages, ready made. */
function compilerPackages(packages: readonly string[]): string {
  const install = `apt-get install -qq -y --no-install-recommends ${packages.join(' ')}`;
  return `if [ -f /usr/src/php.tar.xz ]; then apt-get update -qq && ${install} && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin; fi`;
}
