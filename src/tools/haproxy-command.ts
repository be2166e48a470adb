import { Secret } from '../base/secret.ts';
import type { ServerPlace } from './haproxy-sessions.ts';

/**
 * The only door for a value into a command, a map or the configuration: it refuses every byte that could end a word
 * or mean something to HAProxy. What it throws is a bug of the caller, which has to check names before.
 */
export function plainWord(value: string): string {
  if (!/^[A-Za-z0-9._:/*-]+$/.test(value))
    throw new Error(`${JSON.stringify(value)} must not reach the router`);
  return value;
}

/** A change of a running worker; servers are made, then set to ready; they are set to maintenance, then deleted. */
export type HaproxyCommand =
  | ({ readonly kind: 'add-server'; readonly address: string; readonly port: number } & ServerPlace)
  | ({ readonly kind: 'ready' | 'drain' | 'maintenance' | 'delete-server' } & ServerPlace)
  | ({ readonly kind: 'add-map' | 'set-map'; readonly value: string } & MapPlace)
  | ({ readonly kind: 'delete-map' } & MapPlace)
  | ({ readonly kind: 'add-certificate'; readonly pem: Secret } & CertificateLine)
  | ({ readonly kind: 'remove-certificate' } & CertificateLine);

/** A line of a list of certificates. */
export interface CertificateLine {
  /** Path of the list's file, as the configuration names it. */
  readonly list: string;
  /** Path of the file with certificate and key. */
  readonly file: string;
  /** Options in brackets, then host names. */
  readonly words: readonly string[];
}

interface MapPlace {
  /** Path of the map's file, as the configuration names it. */
  readonly map: string;
  readonly key: string;
}

/** On 2.6 a server made at run time has no connection pool unless told so, and is three times slower. */
const newServerWords = 'pool-purge-delay 5s pool-max-conn -1';

/** One line to HAProxy, what may follow it, and whether a reply says that it was done. */
export interface HaproxyStep {
  readonly text: string;
  /** With one, the step needs a connection of its own. */
  readonly payload?: Secret;
  isDone(reply: string): boolean;
}

/** What to send for a command, in order. */
export function stepsOf(command: HaproxyCommand): readonly HaproxyStep[] {
  if (command.kind === 'add-certificate') return addCertificate(command, command.pem);
  if (command.kind === 'remove-certificate') return removeCertificate(command);
  return [singleStep(command)];
}

type SingleCommand = Exclude<HaproxyCommand, { kind: 'add-certificate' | 'remove-certificate' }>;

function singleStep(command: SingleCommand): HaproxyStep {
  switch (command.kind) {
    case 'add-server': {
      const text = `add server ${serverText(command)} ${addressText(command)} ${newServerWords}`;
      return step(text, 'New server registered.');
    }
    case 'ready':
      return step(`set server ${serverText(command)} state ready`);
    case 'drain':
      return step(`set server ${serverText(command)} state drain`);
    case 'maintenance':
      return step(`set server ${serverText(command)} state maint`);
    case 'delete-server':
      return step(`del server ${serverText(command)}`, 'Server deleted.');
    case 'add-map':
      return step(`add map ${mapText(command)} ${plainWord(command.value)}`);
    case 'set-map':
      return step(`set map ${mapText(command)} ${plainWord(command.value)}`);
    case 'delete-map':
      return step(`del map ${mapText(command)}`);
  }
}

/** The certificate is made under its name, filled, taken, and then shown for its hosts. */
function addCertificate({ list, file, words }: CertificateLine, pem: Secret): HaproxyStep[] {
  const line = new Secret([plainWord(file), ...words].join(' '));
  return [
    step(`new ssl cert ${plainWord(file)}`, 'New empty certificate store'),
    { ...step(`set ssl cert ${plainWord(file)}`, 'Transaction created'), payload: checkedPem(pem) },
    step(`commit ssl cert ${plainWord(file)}`, 'Success!'),
    { ...step(`add ssl crt-list ${plainWord(list)}`, 'Success!'), payload: line },
  ];
}

function removeCertificate({ list, file }: CertificateLine): HaproxyStep[] {
  return [
    step(`del ssl crt-list ${plainWord(list)} ${plainWord(file)}`, 'deleted in crtlist'),
    step(`del ssl cert ${plainWord(file)}`, 'deleted!'),
  ];
}

/** An empty line would end a payload. */
function checkedPem(pem: Secret): Secret {
  if (!/^(-----(BEGIN|END) [A-Z ]+-----\n|[A-Za-z0-9+/=]+\n)+$/.test(pem.reveal()))
    throw new Error('What is no PEM text must not reach the router');
  return pem;
}

/** Done when the reply has these words; without words, when there is no reply. */
function step(text: string, words?: string): HaproxyStep {
  return { text, isDone: (reply) => (words === undefined ? reply === '' : reply.includes(words)) };
}

function mapText({ map, key }: MapPlace): string {
  return `${plainWord(map)} ${plainWord(key)}`;
}

function serverText(place: ServerPlace): string {
  return `${plainWord(place.backend)}/${plainWord(place.server)}`;
}

/** `10.0.0.5:3000`: address and port as commands and configuration write them. */
export function addressText(place: { readonly address: string; readonly port: number }): string {
  if (!Number.isInteger(place.port) || place.port < 1 || place.port > 65535) {
    throw new Error(`${place.port} is not a port`);
  }
  return plainWord(`${place.address}:${place.port}`);
}

/** A line longer than `tune.bufsize` (16 KB) is refused; this many characters go in one batch. */
const batchSize = 8000;

/** Most bytes of a payload, whose line and end need room too. */
export const payloadLimit = 15_000;

/** Steps that go in one connection, in order. */
export function batches(steps: readonly HaproxyStep[]): HaproxyStep[][] {
  const all: HaproxyStep[][] = [];
  let room = 0;
  for (const one of steps) {
    const length = one.text.length + 16;
    if (room < length || one.payload !== undefined) {
      all.push([]);
      room = batchSize;
    }
    all.at(-1)?.push(one);
    room = one.payload === undefined ? room - length : 0;
  }
  return all;
}
