const { createServer } = require('node:http');

createServer((request, response) => {
  response.writeHead(request.url === '/' ? 200 : 404).end();
}).listen(process.env.PORT);
