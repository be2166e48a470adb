import { type Manifest, recordAt } from '../../manifest.ts';

/** What is known of a framework beyond Composer. */
export interface Framework {
  readonly name: string;
  /** Folders that it writes to. */
  readonly writable: readonly string[];
  /** Commands of each start: what depends on the config, which no image may hold. */
  readonly before: readonly string[];
  /** Commands at the end of the build. */
  readonly build: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly extensions: readonly string[];
}

const databases = ['pdo_mysql', 'pdo_pgsql'];

const frameworks: Readonly<Record<string, Framework>> = {
  'laravel/framework': {
    name: 'Laravel',
    writable: ['storage', 'bootstrap/cache'],
    before: ['php artisan config:cache'],
    build: [
      'mkdir -p storage/app/public storage/logs storage/framework/cache/data storage/framework/sessions storage/framework/views',
      'ln -sfn ../storage/app/public public/storage',
    ],
    env: { APP_ENV: 'production', LOG_CHANNEL: 'stderr' },
    extensions: databases,
  },
  'symfony/framework-bundle': {
    name: 'Symfony',
    writable: ['var'],
    before: [],
    build: [],
    env: { APP_ENV: 'prod' },
    extensions: [],
  },
};

export function frameworkOf(manifest: Manifest | undefined): Framework | undefined {
  const required = recordAt(manifest, 'require');
  const name = Object.keys(frameworks).find((each) => Object.hasOwn(required, each));
  return name === undefined ? undefined : frameworks[name];
}
