import type { Kind } from '../service.ts';
import { loginUrl } from './login-url.ts';

const port = 4222;

/** The file names the variables, which NATS reads itself: the password stands nowhere else. */
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
  env: ({ user, password }) => ({ NATS_USER: user, NATS_PASSWORD: password, NATS_CONFIG: config }),
  command: [
    'sh',
    '-c',
    'printf %s "$NATS_CONFIG" > /tmp/nats.conf && exec nats-server --config /tmp/nats.conf "$@"',
    'nats',
  ],
  url: (login, host) => loginUrl('nats', { ...login, database: '' }, { host, port }),
  ready: () => ({
    argv: ['bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port}; read -r -t 2 line <&3`],
    env: {},
  }),
  client: () => ({ argv: ['bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port}; cat <&3 & cat >&3`], env: {} }),
  dump: null,
  restore: null,
};
