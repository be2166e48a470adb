import type { Recipe } from '../recipe.ts';

/** Of the same ports as the official image's; words after the image's name take the place of it. */
const settings = `port: 4222
monitor_port: 8222
`;

export const nats: readonly Recipe[] = [
  {
    name: 'nats:2.9',
    aliases: ['nats:2'],
    seconds: 35,
    make: {
      kind: 'layer',
      base: 'debian:bookworm-slim',
      packages: ['ca-certificates', 'nats-server'],
      files: [{ path: 'nats-server.conf', text: settings }],
      setup: ['ln -s /usr/sbin/nats-server /nats-server', '/nats-server --version'],
      config: {
        Entrypoint: ['/nats-server'],
        Cmd: ['--config', '/nats-server.conf'],
        ExposedPorts: { '4222/tcp': {}, '6222/tcp': {}, '8222/tcp': {} },
      },
    },
  },
];
