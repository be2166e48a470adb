import { labels } from '../../model/names.ts';
import { deleteImage, type ImageDetails, imageDetails } from '../../tools/docker-images.ts';
import { type Docker, DockerError } from '../../tools/docker.ts';

/** Removes an image of a recipe that a newer one replaced, unless a name, a container or another image still needs it. */
export async function removeReplaced(docker: Docker, id: string): Promise<void> {
  const image = await imageDetails(docker, id);
  if (!image || !isOurs(image) || (image.RepoTags ?? []).length > 0) return;
  try {
    await deleteImage(docker, id);
  } catch (error) {
    const stillNeeded = error instanceof DockerError && (error.status === 404 || error.status === 409);
    if (!stillNeeded) throw error;
  }
}

/** Whether an image was made here, from packages; else it came from a registry. */
export function isOurs(image: ImageDetails): boolean {
  return image.Config?.Labels?.[labels.base] === 'packages';
}
