const { createServer } = require('node:http');

createServer((request, response) => response.writeHead(301, { location: '/' }).end()).listen(process.env.PORT);
