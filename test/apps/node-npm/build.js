const { writeFileSync } = require('node:fs');
// Only the build has it.
require('kleur');

writeFileSync('built.json', JSON.stringify({ greeting: process.env.GREETING ?? 'none' }));
