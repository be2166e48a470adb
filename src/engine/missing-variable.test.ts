import assert from 'node:assert/strict';
import { test } from 'node:test';
import { variablesNamed, variablesThrown } from './missing-variable.ts';

const one = (line: string) => variablesNamed([line]).join();

test('Variables that are missing are found in what languages and libraries say.', () => {
  const said: Readonly<Record<string, string>> = {
    "KeyError: 'DATABASE_URL'": 'DATABASE_URL',
    '    url = os.environ["REDIS_URL"]': 'REDIS_URL',
    'key not found: "SECRET_KEY_BASE" (KeyError)': 'SECRET_KEY_BASE',
    'Error: Missing required environment variable DATABASE_URL': 'DATABASE_URL',
    'Missing environment variable: `API_TOKEN`': 'API_TOKEN',
    'environment variable "STRIPE_KEY" not found': 'STRIPE_KEY',
    'Error: DATABASE_URL is not defined': 'DATABASE_URL',
    'DATABASE_URL must be set': 'DATABASE_URL',
    'The SECRET_KEY environment variable is required': 'SECRET_KEY',
    'django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.': 'SECRET_KEY',
    'django.core.exceptions.ImproperlyConfigured: Set the SECRET environment variable': 'SECRET',
    'decouple.UndefinedValueError: SECRET_KEY not found. Declare it as envvar or define a default value.':
      'SECRET_KEY',
    'const url = new URL(process.env.DATABASE_URL);': 'DATABASE_URL',
    "const key = process.env['API_KEY'].trim();": 'API_KEY',
    'sh: 1: DATABASE_URL: parameter not set': 'DATABASE_URL',
    'start.sh: line 3: DATABASE_URL: unbound variable': 'DATABASE_URL',
    'The SECRET env var must be set': 'SECRET',
    'required key API_TOKEN missing value': 'API_TOKEN',
  };
  for (const [line, name] of Object.entries(said)) assert.equal(one(line), name, line);
});

test('What only looks like a variable is left alone.', () => {
  const lines = [
    'ReferenceError: URL is not defined',
    "KeyError: 'user'",
    'const port = process.env.PORT || 3000;',
    "const host = process.env['HOST'] ?? 'localhost';",
    'GET /index.html 200',
    'ERROR: connect ECONNREFUSED 127.0.0.1:5432',
    'Error: listen EADDRINUSE: address already in use',
    'the file is not found',
    'Error: missing API key',
    "KeyError: 'NAME'",
    'URL is required',
    'FATAL: database is required',
    'django.core.exceptions.ImproperlyConfigured: The NAME setting must not be empty.',
    'django.core.exceptions.ImproperlyConfigured: Requested setting DEBUG, but settings are not configured.',
  ];
  assert.deepEqual(variablesNamed(lines), []);
});

test('Several are named in their order, each once.', () => {
  assert.deepEqual(variablesNamed(['B_KEY must be set', 'A_KEY is missing', 'B_KEY is not set']), [
    'B_KEY',
    'A_KEY',
  ]);
});

test('Errors that name a variable are told from a mere word of it.', () => {
  const lines = [
    'SENTRY_DSN is not set, errors are not sent',
    '    SECRET_KEY = os.environ["SECRET_KEY"]',
    "KeyError: 'DATABASE_URL'",
    'django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.',
  ];
  assert.deepEqual(variablesThrown(lines), ['DATABASE_URL', 'SECRET_KEY']);
});
