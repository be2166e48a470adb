const { existsSync } = require('node:fs');
const { createServer } = require('node:http');
const ms = require('ms');

const server = createServer((request, response) => {
  const answer = JSON.stringify({
    uid: process.getuid(),
    bun: process.versions.bun !== undefined,
    hasDev: existsSync('node_modules/kleur'),
  });
  setTimeout(() => response.end(answer), request.url === '/slow' ? ms('1s') : 0);
});
server.listen(process.env.PORT, '0.0.0.0');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
