import { type KindName, serviceKinds } from '../../model/service-kind.ts';
import { serviceNameProblem } from '../../model/service.ts';
import { checked, word } from '../field.ts';
import { operation } from '../operation.ts';
import { report } from '../report.ts';
import { serviceName, showCreated, wishes } from './service-wishes.ts';

const newService = () => word(checked(serviceNameProblem), { help: 'the new service', placeholder: 'NEW' });

function clone(kind: KindName) {
  const { title } = serviceKinds[kind];
  return operation({
    summary: `Make another ${title} service with the data of one that is there`,
    description:
      'With a password of its own, and as the first one is in all that is not said. That is only read, and runs on.',
    examples: [`${kind}:clone db db-copy`, `${kind}:clone --memory 256M db db-copy`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    lasts: true,
    input: {
      ...wishes,
      name: serviceName(kind),
      into: newService(),
    },
    output: report,
    show: showCreated(title, ({ into }) => into),
  });
}

function fork(kind: KindName) {
  const { title } = serviceKinds[kind];
  const { image: _image, imageVersion: _version, ...changes } = wishes;
  return operation({
    summary: `Make another ${title} service from the data files of one that is there, in seconds`,
    description:
      'All of it, further databases and users too, as it was at one moment; with a password of its own. The first one runs on.',
    examples: [`${kind}:fork db db-fork`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    lasts: true,
    input: { ...changes, name: serviceName(kind), into: newService() },
    output: report,
    show: showCreated(title, ({ into }) => into),
  });
}

/** Making services of a kind that have what another one has. */
export function copyRows(kind: KindName) {
  return { clone: clone(kind), fork: fork(kind) };
}
