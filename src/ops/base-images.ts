import { isoTimeOrNull } from '../base/clock.ts';
import type { Handler } from './handler.ts';
import { appsByBase } from './image-uses.ts';

export const listImages: Handler<'images:list'> = async (deps, call) => {
  const uses = appsByBase(deps, call);
  return (await deps.images.list([...uses.keys()])).map((image) => ({
    ...image,
    createdAt: isoTimeOrNull(image.createdAt),
    usedBy: [...(uses.get(image.name) ?? [])],
  }));
};

export const buildImages: Handler<'images:build'> = async (deps, call, { name, all }) => {
  const names = all ? (await deps.images.list()).map((image) => image.name) : name === null ? [] : [name];
  for (const each of names) await deps.images.build(each, { out: call.out, signal: call.signal });
  return { built: names };
};
