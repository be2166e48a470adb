// Keeps notes in PostgreSQL: POST / adds the body as one, GET / lists them.
const { createServer } = require('node:http');
const { text } = require('node:stream/consumers');
const { Pool } = require('pg');

const pool = new Pool({ connectionString: process.env.DATABASE_URL, connectionTimeoutMillis: 3000 });
// A server that went away must not end the app: the next query connects again.
pool.on('error', (error) => console.error(error.message));

async function answer(request, response) {
  if (request.method === 'POST')
    await pool.query('INSERT INTO notes (text) VALUES ($1)', [await text(request)]);
  const { rows } = await pool.query('SELECT text FROM notes ORDER BY id');
  response.end(JSON.stringify(rows.map((row) => row.text)));
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    response.statusCode = 503;
    response.end(error.message);
  });
});
server.listen(process.env.PORT);
process.on('SIGTERM', () => server.close(() => pool.end()));
