import type { LayerRecipe, Recipe } from '../recipe.ts';
import { postgresEntrypoint } from './postgres-entrypoint.ts';

const home = '/var/lib/postgresql';

/** Where data is, and which folder is the volume: from 18 on, one for all major versions, so that an upgrade can link files. */
function foldersOf(major: number): { data: string; volume: string } {
  return major < 18
    ? { data: `${home}/data`, volume: `${home}/data` }
    : { data: `${home}/${major}/docker`, volume: home };
}

/** Debian would make a database as it installs the server. */
const noCluster = { path: 'etc/postgresql-common/createcluster.conf', text: 'create_main_cluster = false\n' };

const entrypoint = {
  path: 'usr/local/bin/docker-entrypoint.sh',
  text: postgresEntrypoint,
  executable: true,
};

function setupOf(major: number): string[] {
  const { data } = foldersOf(major);
  const sample = `/usr/share/postgresql/${major}/postgresql.conf.sample`;
  return [
    // Databases made by the official image sort by this locale.
    'localedef -i en_US -c -f UTF-8 en_US.UTF-8',
    `sed -i "s/^#listen_addresses = 'localhost'/listen_addresses = '*'/" ${sample}`,
    `grep -q "^listen_addresses = '[*]'" ${sample}`,
    // A key that all containers would share.
    'rm -f /etc/ssl/private/ssl-cert-snakeoil.key /etc/ssl/certs/ssl-cert-snakeoil.pem',
    'install -d -o postgres -g postgres -m 3775 /var/run/postgresql',
    // Whoever the container runs as may make the database there; the entrypoint takes the rights of others away.
    `install -d -o postgres -g postgres -m 1777 ${home} ${data}`,
    'mkdir -p /docker-entrypoint-initdb.d',
    `${programsOf(major)}/postgres --version`,
    `${programsOf(major)}/pg_verifybackup --version`,
  ];
}

function programsOf(major: number): string {
  return `/usr/lib/postgresql/${major}/bin`;
}

function makeOf(major: number, base: string): LayerRecipe {
  const { data, volume } = foldersOf(major);
  return {
    kind: 'layer',
    base,
    users: [{ name: 'postgres', id: 999, home }],
    packages: [`postgresql-${major}`, 'locales', 'xz-utils', 'zstd'],
    files: [noCluster, entrypoint],
    setup: setupOf(major),
    config: {
      Env: [
        'LANG=en_US.utf8',
        `PG_MAJOR=${major}`,
        `PGDATA=${data}`,
        // The programs themselves come before Debian's wrappers, which look for a cluster of Debian's first.
        `PATH=${programsOf(major)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
      ],
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['postgres'],
      ExposedPorts: { '5432/tcp': {} },
      Volumes: { [volume]: {} },
      // Ends connections and stops; SIGTERM would wait for clients to go.
      StopSignal: 'SIGINT',
    },
  };
}

/** Each release of Debian has one major version. */
export const postgres: readonly Recipe[] = [
  {
    name: 'postgres:15-bookworm',
    aliases: ['postgres:15'],
    seconds: 60,
    make: makeOf(15, 'debian:bookworm-slim'),
  },
  {
    name: 'postgres:17-trixie',
    aliases: ['postgres:17'],
    seconds: 60,
    make: makeOf(17, 'debian:trixie-slim'),
  },
];
