import type { InsideCommand, Kind } from '../service.ts';
import { loginUrl } from './login-url.ts';

const port = 5672;

/**
 * Its own tools make a cookie of root where the server has made none yet, and it then does not start: nothing of them
 * before it listens.
 */
function inside(...argv: string[]): InsideCommand {
  return { argv, env: {} };
}

export const rabbitmq: Kind = {
  name: 'rabbitmq',
  image: 'rabbitmq',
  version: '3',
  port,
  folder: '/var/lib/rabbitmq',
  user: 'rabbitmq',
  env: ({ user, password, database }) => ({
    RABBITMQ_DEFAULT_USER: user,
    RABBITMQ_DEFAULT_PASS: password,
    RABBITMQ_DEFAULT_VHOST: database,
  }),
  command: ['rabbitmq-server'],
  url: (login, host) => loginUrl('amqp', login, { host, port }),
  ready: () =>
    inside('bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port} && exec rabbitmqctl -q await_startup`),
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
