import Fastify from 'fastify';

const app = Fastify({ forceCloseConnections: false });
app.get('/', () => ({ uid: process.getuid() }));
app.get('/slow', () => new Promise((resolve) => setTimeout(resolve, 1000, { slow: true })));
await app.listen({ port: Number(process.env.PORT), host: '0.0.0.0' });
process.on('SIGTERM', () => app.close());
