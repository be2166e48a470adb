import type { LayerFile, Recipe } from '../recipe.ts';

/** The PHP of this Debian. */
const version = '8.2';

/** What the official image has in PHP itself. */
const common = [
  'ca-certificates',
  ...['cli', 'curl', 'mbstring', 'readline', 'sqlite3', 'xml'].map(packageOf),
];

/** Where the official image has its settings; PHP reads both these and those of its packages. */
const environment = ['PHP_INI_DIR=/usr/local/etc/php', 'PHP_INI_SCAN_DIR=:/usr/local/etc/php/conf.d'];

function packageOf(name: string): string {
  return `php${version}-${name}`;
}

/** Extensions whose package is called otherwise, and those that are in PHP itself. */
const install = `#!/bin/sh
set -eu
packages=''
for name in "$@"; do
  case "$name" in
    -*) continue ;;
    mysqli | pdo_mysql) name=mysql ;;
    pdo_pgsql) name=pgsql ;;
    pdo_sqlite) name=sqlite3 ;;
    pdo_odbc) name=odbc ;;
    dom | simplexml | xmlreader | xmlwriter | xsl) name=xml ;;
    calendar | ctype | exif | ffi | fileinfo | filter | ftp | gettext | iconv | pcntl | pdo | phar | posix) continue ;;
    session | shmop | sockets | sodium | sysvmsg | sysvsem | sysvshm | tokenizer) continue ;;
  esac
  packages="$packages php${version}-$name"
done
[ -n "$packages" ] || exit 0
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $packages >/dev/null
rm -rf /var/lib/apt/lists/*
`;

/** What `pecl install redis-6.0.2` gives elsewhere is the distribution's version here. */
const pecl = `#!/bin/sh
set -eu
[ "\${1-}" = install ] || exit 0
shift
for name in "$@"; do docker-php-ext-install "\${name%%-*}"; done
`;

/** Packages are configured and enabled as they are installed. */
const nothing = '#!/bin/sh\n';

const programs: readonly LayerFile[] = Object.entries({
  'docker-php-ext-install': install,
  'docker-php-ext-configure': nothing,
  'docker-php-ext-enable': nothing,
  pecl,
}).map(([name, text]) => ({ path: `usr/local/bin/${name}`, text, executable: true }));

const setup = [
  'mkdir -p /usr/local/etc/php/conf.d',
  `ln -s /usr/lib/php/${version}/php.ini-production /usr/lib/php/${version}/php.ini-development /usr/local/etc/php`,
  'ln -s /usr/bin/php /usr/local/bin/php',
  'php --version',
];

/** As the documentation of the official image has it: the environment of Debian, folders that any user may write to. */
const foreground = `#!/bin/sh
set -e
. "\${APACHE_ENVVARS:-/etc/apache2/envvars}"
mkdir -p "$APACHE_RUN_DIR" "$APACHE_LOCK_DIR" "$APACHE_LOG_DIR"
rm -f "$APACHE_PID_FILE"
exec apache2 -DFOREGROUND "$@"
`;

const apacheSetup = [
  'rm -rf /var/www/html',
  'install -d -o www-data -g www-data -m 777 /var/www/html',
  'mkdir -p /run/apache2 /run/lock/apache2 /var/log/apache2',
  'chmod 1777 /run/apache2 /run/lock/apache2 /var/log/apache2',
  'ln -sf /dev/stderr /var/log/apache2/error.log',
  'ln -sf /dev/stdout /var/log/apache2/access.log',
  'ln -sf /dev/stdout /var/log/apache2/other_vhosts_access.log',
  ...setup,
  'apache2ctl -t',
];

/** Debian has Composer as files; the official image as one file, which other images copy. */
const phar = `<?php
$phar = new Phar('/tmp/composer.phar');
$phar->buildFromDirectory('/tmp/php');
$phar['bin/composer'] = preg_replace('/^#!.*\\n/', '', str_replace('/../share/php/', '/../', file_get_contents('/usr/bin/composer')));
$phar->setStub("#!/usr/bin/env php\n<?php Phar::mapPhar('composer.phar'); require 'phar://composer.phar/bin/composer'; __HALT_COMPILER();");
`;

const composerSetup = [
  'cp -rL /usr/share/php /tmp/php',
  'php -d phar.readonly=0 /slipway/phar.php',
  'apt-get purge -qq -y composer >/dev/null',
  'install -m 755 /tmp/composer.phar /usr/bin/composer',
  'rm -r /tmp/composer.phar /tmp/php',
  'composer --version --no-ansi',
];

export const php: readonly Recipe[] = [
  {
    name: `php:${version}-cli`,
    aliases: [`php:${version}-cli-bookworm`],
    seconds: 40,
    make: {
      kind: 'layer',
      base: 'debian:bookworm-slim',
      packages: common,
      files: programs,
      setup,
      config: { Env: environment, Cmd: ['php', '-a'] },
    },
  },
  {
    name: `php:${version}-apache`,
    aliases: [`php:${version}-apache-bookworm`],
    seconds: 50,
    make: {
      kind: 'layer',
      base: 'debian:bookworm-slim',
      packages: [...common, 'apache2', `libapache2-mod-php${version}`],
      files: [...programs, { path: 'usr/local/bin/apache2-foreground', text: foreground, executable: true }],
      setup: apacheSetup,
      config: {
        Env: [...environment, 'APACHE_CONFDIR=/etc/apache2', 'APACHE_ENVVARS=/etc/apache2/envvars'],
        Cmd: ['apache2-foreground'],
        WorkingDir: '/var/www/html',
        ExposedPorts: { '80/tcp': {} },
        StopSignal: 'SIGWINCH',
      },
    },
  },
  {
    name: 'composer:2',
    aliases: [],
    seconds: 50,
    make: {
      kind: 'layer',
      base: `php:${version}-cli`,
      packages: ['composer', 'git', 'unzip'],
      files: [{ path: 'slipway/phar.php', text: phar }],
      setup: composerSetup,
      config: { Env: [...environment, 'COMPOSER_ALLOW_SUPERUSER=1'], Cmd: ['composer'], WorkingDir: '/app' },
    },
  },
];
