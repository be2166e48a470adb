/** Files of a small Node app; it tells what it was made of, drains on SIGTERM, and answers slowly where asked to. */
export function helloApp(text: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    Dockerfile: 'FROM node:22-bookworm-slim\nWORKDIR /app\nCOPY . .\nUSER node\nCMD ["node", "server.js"]\n',
    Procfile: 'web: node server.js\n',
    'server.js': server,
    'text.json': JSON.stringify({ text }),
    ...more,
  };
}

const server = `
const { createServer } = require('node:http');
const { text } = require('./text.json');
const server = createServer((request, response) => {
  const wait = request.url.startsWith('/slow') ? 2000 : 0;
  setTimeout(() => response.end(text + ' ' + (process.env.GREETING ?? '-') + ' ' + process.env.DYNO), wait);
});
server.keepAliveTimeout = 60000;
server.listen(process.env.PORT, '0.0.0.0', () => console.log('listening as ' + text));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;
