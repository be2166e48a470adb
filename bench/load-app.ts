/** Files of the app that stands under load: each answer says when its process began and how long the body was. */
export function loadApp(text: string): Record<string, string> {
  return {
    Dockerfile: 'FROM node:22-bookworm-slim\nWORKDIR /app\nCOPY . .\nUSER node\nCMD ["node", "server.js"]\n',
    'server.js': server,
    'text.json': JSON.stringify({ text }),
  };
}

/** Bytes of the answer that takes ten seconds. */
export const slowBytes = 100;

// Keep-alive and the end of the process are as Node does them by itself, apart from the orderly end on SIGTERM.
const server = `
const { createHash } = require('node:crypto');
const { createServer } = require('node:http');
const began = Date.now();
const server = createServer((request, response) => {
  if (request.url === '/slow') return slow(response);
  let size = 0;
  request.on('data', (chunk) => (size += chunk.length));
  request.on('end', () => response.end(began + ' ' + size));
});
function slow(response) {
  let left = ${slowBytes};
  response.writeHead(200, { 'Content-Length': left });
  const timer = setInterval(() => {
    response.write('0123456789');
    left -= 10;
    if (left === 0) response.end(() => clearInterval(timer));
  }, 1000);
}
server.on('upgrade', (request, socket) => {
  const key = request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
  const accept = createHash('sha1').update(key).digest('base64');
  socket.on('error', () => {});
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n');
  socket.write('Sec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n');
  socket.pipe(socket);
});
server.listen(process.env.PORT, '0.0.0.0');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;
