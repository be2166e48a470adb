import { z } from 'zod';
import { isLoopback, parsePlace, placeText } from '../../model/place.ts';
import { type KindName, serviceKinds } from '../../model/service-kind.ts';
import { optionalWord, readBy } from '../field.ts';
import { operation } from '../operation.ts';
import { detail, out, step, warning } from '../print.ts';
import { serviceName } from './service-wishes.ts';

function expose(kind: KindName) {
  const { title } = serviceKinds[kind];
  return operation({
    summary: `Let programs that are no apps reach a ${title} service, at a port of this machine`,
    description:
      'At 127.0.0.1 only, where no other address is said: from your own machine, ssh -L leads there. At any other address everybody who reaches it may try to log in, and what is sent is not encrypted: it asks first. Without a port, the usual one of its kind or the next that is free. The service is not started anew, and apps reach it as before.',
    examples: [`${kind}:expose db`, `${kind}:expose db 15432`, `${kind}:expose db 10.0.0.5:15432`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    input: {
      name: serviceName(kind),
      place: optionalWord(readBy(parsePlace), {
        help: 'the port, and the address of this machine where that is not 127.0.0.1',
        placeholder: '[ADDRESS:]PORT',
      }),
    },
    subject: ({ name, place }) =>
      [name, ...(place ? [placeText({ ...place, address: place.address ?? '127.0.0.1' })] : [])].join(' '),
    output: z.object({ address: z.string(), port: z.number().int() }),
    confirm: ({ name, place }) =>
      place === null || place.address === null || isLoopback(place.address)
        ? undefined
        : {
            warning: `This command will let everybody who reaches ${placeText({ ...place, address: place.address })} try to log in to ${kind} service ${name}; passwords and data are sent there unencrypted.`,
            expect: name,
          },
    show: (place, { input: { name } }) => [
      step(`${kind} service ${name} is exposed at ${placeText(place)}`),
      ...(isLoopback(place.address)
        ? [detail(`From another machine: ssh -L ${place.port}:${placeText(place)} USER@SERVER`)]
        : [warning('What is sent there is not encrypted')]),
      detail(`slipway ${kind}:unexpose ${name} takes it back`),
    ],
  });
}

function unexpose(kind: KindName) {
  return operation({
    summary: `Let nobody but linked apps reach a ${serviceKinds[kind].title} service`,
    description: 'Connections that are open may go on for up to half an hour.',
    examples: [`${kind}:unexpose db`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    input: { name: serviceName(kind) },
    output: z.object({ changed: z.boolean() }),
    show: ({ changed }, { input: { name } }) =>
      changed ? [step(`${kind} service ${name} is not exposed any more`)] : [out('Nothing changed')],
  });
}

/** Who else than apps reaches services of a kind. */
export function doorRows(kind: KindName) {
  return { expose: expose(kind), unexpose: unexpose(kind) };
}
