import { connect } from 'node:net';

/** Milliseconds that a worker has for its prompt. */
const patience = 1000;

/**
 * Keeps a worker of HAProxy from ending, though it was replaced, until the result is called: it waits for a connection
 * to its own socket. At most about ten seconds, the time that HAProxy gives an idle one; where the worker cannot be
 * reached, nothing is kept. Source: management guide of HAProxy, 9.3 "prompt".
 */
export function holdWorker(path: string): Promise<() => void> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = () => resolve(() => socket.destroy());
    // It may be ending already: then nothing else comes.
    socket.on('close', done);
    socket.on('error', done);
    socket.setTimeout(patience, done);
    // Its prompt tells that it has taken the connection.
    socket.once('data', done);
    socket.write('prompt\n');
  });
}
