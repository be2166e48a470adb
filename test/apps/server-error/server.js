const { createServer } = require('node:http');

createServer((request, response) => {
  process.stdout.write('no connection to the database\n');
  response.writeHead(500).end();
}).listen(process.env.PORT);
