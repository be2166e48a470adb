const { existsSync } = require('node:fs');
const { createServer } = require('node:http');
const ms = require('ms');
const { text } = require('text');

const server = createServer((request, response) => {
  const answer = JSON.stringify({ text, uid: process.getuid(), hasDev: existsSync('node_modules/kleur') });
  setTimeout(() => response.end(answer), request.url === '/slow' ? ms('1s') : 0);
});
server.listen(process.argv.at(-1), '0.0.0.0');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
