import { setTimeout as sleep } from 'node:timers/promises';

export const dynamic = 'force-dynamic';

export async function GET() {
  await sleep(3000);
  return new Response('slow but whole');
}
