import { redisFamily } from './redis-family.ts';

export const redis = redisFamily('redis', { image: 'redis', version: '7' });
