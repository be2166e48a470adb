const { existsSync, readFileSync } = require('node:fs');
const express = require('express');

const app = express();
app.get('/', (request, response) => {
  response.json({
    text: 'one',
    uid: process.getuid(),
    node: process.versions.node,
    hasDev: existsSync('node_modules/kleur'),
    ...JSON.parse(readFileSync('built.json', 'utf8')),
  });
});
app.get('/slow', (request, response) => setTimeout(() => response.send('slow but whole'), 1000));

const server = app.listen(process.env.PORT, '0.0.0.0');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
