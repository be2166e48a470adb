import { isoTimeOrNull } from '../base/clock.ts';
import type { Handler } from './handler.ts';

export const listImages: Handler<'images:list'> = async (deps) =>
  (await deps.images.list()).map((image) => ({
    ...image,
    createdAt: isoTimeOrNull(image.createdAt),
  }));

export const buildImages: Handler<'images:build'> = async (deps, call, { name, all }) => {
  const names = all ? (await deps.images.list()).map((image) => image.name) : name === null ? [] : [name];
  for (const each of names) await deps.images.build(each, { out: call.out, signal: call.signal });
  return { built: names };
};
