import kleur from 'kleur';
import { greeting } from './lib/greeting.ts';

const server = Deno.serve({ port: Number(Deno.env.get('PORT')), hostname: '0.0.0.0' }, async (request) => {
  if (new URL(request.url).pathname === '/slow') await new Promise((resolve) => setTimeout(resolve, 1000));
  return new Response(`${greeting} as ${Deno.uid()}`);
});
console.log(kleur.green('listening'));
Deno.addSignalListener('SIGTERM', () => {
  server.shutdown().then(() => {
    console.log('drained');
    Deno.exit(0);
  });
});
