'use strict';

const http = require('node:http');
const os = require('node:os');

const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function page() {
  const greeting = process.env.GREETING ?? 'Hello from Slipway';
  const revision = (process.env.GIT_REV ?? 'unknown').slice(0, 7);
  return `<!doctype html>
<meta charset="utf-8">
<title>${escape(greeting)}</title>
<h1>${escape(greeting)}!</h1>
<p>Revision ${escape(revision)}, process ${escape(process.env.DYNO ?? 'web.1')} on ${escape(os.hostname())}.</p>
`;
}

const server = http.createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end(page());
});

const port = Number(process.env.PORT ?? 5000);
server.listen(port, '0.0.0.0', () => console.log(`listening on 0.0.0.0:${port}`));

// No new connections from here on; the process ends by itself when the last request is answered.
process.on('SIGTERM', () => {
  console.log('draining');
  server.close();
  server.closeIdleConnections();
});
