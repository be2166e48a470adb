import { redisFamily } from './redis-family.ts';

export const valkey = redisFamily('valkey', { image: 'valkey/valkey', version: '8' });
