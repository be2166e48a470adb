import type { Docker } from './docker.ts';

/**
 * Asks the registry of an image for the manifest of its name, by way of Docker: with its DNS, proxy and certificates.
 * Throws DockerError with what Docker says of a registry that does not answer, or that does not have it.
 */
export async function askRegistry(docker: Docker, name: string, signal: AbortSignal): Promise<void> {
  await docker.json('GET', `/distribution/${name}/json`, { signal });
}
