import type { Kind } from '../service.ts';
import { loginUrl } from './login-url.ts';

const port = 4222;

const configFile = '/etc/slipway-nats.conf';

/** NATS reads the variables itself: the password stands nowhere else. */
const config = `port: ${port}
authorization { user: $NATS_USER, password: $NATS_PASSWORD }
jetstream { store_dir: "/data" }
`;

export const nats: Kind = {
  name: 'nats',
  image: 'nats',
  version: '2',
  port,
  folder: '/data',
  user: 'nats',
  env: ({ user, password }) => ({ NATS_USER: user, NATS_PASSWORD: password }),
  command: ['--config', configFile],
  files: { [configFile]: config },
  url: (login, host) => loginUrl('nats', { ...login, database: '' }, { host, port }),
  ready: null,
  client: null,
  dump: null,
  count: null,
  beyond: null,
  facts: null,
  base: null,
  adopt: null,
  archive: null,
  restore: null,
};
