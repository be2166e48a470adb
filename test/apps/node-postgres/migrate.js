// The table that the notes are kept in; run once for each new release, before it goes live.
const { Client } = require('pg');

async function migrate() {
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  await client.query('CREATE TABLE IF NOT EXISTS notes (id serial PRIMARY KEY, text text NOT NULL)');
  await client.end();
  console.log('the table of notes is there');
}

migrate();
