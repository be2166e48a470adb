const { createServer } = require('node:http');

createServer(() => {
  throw new Error('no template called index');
}).listen(process.env.PORT);
