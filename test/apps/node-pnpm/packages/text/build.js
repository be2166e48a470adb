const { mkdirSync, writeFileSync } = require('node:fs');
require('kleur');

mkdirSync('dist', { recursive: true });
writeFileSync('dist/index.js', "exports.text = 'one';\n");
