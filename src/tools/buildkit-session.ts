import {
  constants,
  performServerHandshake,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { reveal, type Secret } from '../base/secret.ts';
import { protobufFields, protobufMessage, protobufText } from './buildkit-protobuf.ts';
import type { Docker } from './docker.ts';

/** What a running build may ask for. */
export interface SessionGifts {
  /** Id of a secret -> its content: `RUN --mount=type=secret,id=ID`. At most 500 KiB each (a limit of BuildKit). */
  readonly secrets: Readonly<Record<string, Secret | string>>;
  /** Host of a registry -> who may pull there. BuildKit takes credentials in no other way. */
  readonly auth: Readonly<Record<string, RegistryLogin>>;
}

export interface RegistryLogin {
  readonly username: string;
  readonly password: Secret | string;
}

export interface BuildSession {
  /** Goes into the query of POST /build as `session`. */
  readonly id: string;
  close(): void;
}

const status = { ok: 0, notFound: 5, unimplemented: 12, internal: 13 } as const;

class GrpcError extends Error {
  readonly status: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'GrpcError';
    this.status = code;
  }
}

type Method = (request: Uint8Array, gifts: SessionGifts) => Uint8Array;

/** The gRPC methods that BuildKit may call: path -> answer to the bytes of a request. */
const methods: Readonly<Record<string, Method>> = {
  '/grpc.health.v1.Health/Check': () => Uint8Array.of(0x08, 0x01),
  '/moby.buildkit.secrets.v1.Secrets/GetSecret': secret,
  '/moby.filesync.v1.Auth/Credentials': credentials,
};

/**
 * Opens a connection over which BuildKit asks for secrets and registry logins: HTTP/2 with us as the server, on the
 * socket that POST /session hands over (docs.docker.com/reference/api/engine, "Initialize interactive session").
 * It serves any number of builds until it is closed. Throws DockerError.
 */
export async function openBuildSession(
  docker: Docker,
  gifts: SessionGifts,
  signal?: AbortSignal,
): Promise<BuildSession> {
  const id = randomUUID();
  const socket = await docker.upgrade('POST', '/session', {
    protocol: 'h2c',
    headers: {
      'X-Docker-Expose-Session-Uuid': id,
      'X-Docker-Expose-Session-Name': 'slipway',
      'X-Docker-Expose-Session-Sharedkey': '',
      'X-Docker-Expose-Session-Grpc-Method': Object.keys(methods),
    },
    signal,
  });
  const session = performServerHandshake(socket);
  session.on('stream', (stream, headers) => void serve(stream, headers, gifts));
  // The daemon may close first; a build that still needed the session fails by itself and says so.
  session.on('error', () => {});
  socket.on('error', () => {});
  // Node hands over the bytes that came with the upgrade in the next tick, and crashes if the session ended before it.
  await nextTurn();
  return { id, close: () => close(session, () => socket.destroy()) };
}

function close(session: ServerHttp2Session, destroySocket: () => void): void {
  if (session.destroyed) return destroySocket();
  void once(session, 'close').then(destroySocket, destroySocket);
  session.destroy();
}

async function serve(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  gifts: SessionGifts,
): Promise<void> {
  stream.on('error', () => {});
  try {
    const answer = call(String(headers[constants.HTTP2_HEADER_PATH]), await message(stream), gifts);
    respond(stream, { status: status.ok, message: '' }, frame(answer));
  } catch (error) {
    if (stream.destroyed) return;
    const code = error instanceof GrpcError ? error.status : status.internal;
    respond(
      stream,
      { status: code, message: error instanceof GrpcError ? error.message : 'internal error' },
      undefined,
    );
  }
}

function call(path: string, request: Uint8Array, gifts: SessionGifts): Uint8Array {
  const method = Object.hasOwn(methods, path) ? methods[path] : undefined;
  if (!method) throw new GrpcError(status.unimplemented, `${path} is not served`);
  return method(request, gifts);
}

/** SecretsRequest {1: id} -> SecretsResponse {1: data} */
function secret(request: Uint8Array, { secrets }: SessionGifts): Uint8Array {
  const id = protobufText(fieldOf(request, 1));
  const value = Object.hasOwn(secrets, id) ? secrets[id] : undefined;
  if (value === undefined) throw new GrpcError(status.notFound, `there is no secret ${id}`);
  return protobufMessage({ 1: reveal(value) });
}

/** CredentialsRequest {1: host} -> CredentialsResponse {1: username, 2: secret}; both empty for an anonymous pull. */
function credentials(request: Uint8Array, { auth }: SessionGifts): Uint8Array {
  const host = protobufText(fieldOf(request, 1));
  const login = Object.hasOwn(auth, host) ? auth[host] : undefined;
  return login ? protobufMessage({ 1: login.username, 2: reveal(login.password) }) : new Uint8Array();
}

function fieldOf(request: Uint8Array, number: number) {
  return protobufFields(request).find((field) => field.number === number)?.value;
}

const frameHead = 5;

/** The message of a gRPC request: one byte of flags, four of length, then the message itself. */
async function message(stream: ServerHttp2Stream): Promise<Uint8Array> {
  const body = await buffer(stream);
  if (body.length < frameHead || body[0] !== 0)
    throw new GrpcError(status.unimplemented, 'only plain messages are read');
  return body.subarray(frameHead, frameHead + body.readUInt32BE(1));
}

function frame(content: Uint8Array): Uint8Array {
  const head = Buffer.alloc(frameHead);
  head.writeUInt32BE(content.length, 1);
  return Buffer.concat([head, content]);
}

function respond(
  stream: ServerHttp2Stream,
  end: { status: number; message: string },
  body: Uint8Array | undefined,
): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () =>
    stream.sendTrailers({ 'grpc-status': String(end.status), 'grpc-message': end.message }),
  );
  stream.end(body);
}
