const { createServer } = require('node:http');

createServer((request, response) => {
  response.writeHead(301, { location: `https://${request.headers.host}${request.url}` }).end();
}).listen(process.env.PORT);
