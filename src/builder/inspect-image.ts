import { z } from 'zod';
import type { ImageOrigin } from '../model/build-facts.ts';
import { labels } from '../model/names.ts';
import { type Docker, ifThere } from '../tools/docker.ts';
import type { BuiltImage } from './builder.ts';

const inspected = z.object({
  Id: z.string(),
  RepoDigests: z.array(z.string()).nullish(),
  Config: z
    .object({
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
    })
    .nullish(),
});

/** What is known of an image without its name. */
export interface InspectedImage extends BuiltImage {
  readonly from: ImageOrigin | null;
}

/** An image of this machine, by id or reference, or undefined where it is not here. Throws DockerError. */
export async function inspectImage(docker: Docker, reference: string): Promise<InspectedImage | undefined> {
  // The slashes of a reference stand in the path as they are; all else that has a meaning there does not.
  const path = reference.split('/').map(encodeURIComponent).join('/');
  const found = await ifThere(docker.json('GET', `/images/${path}/json`));
  if (found === undefined) return undefined;
  const image = inspected.parse(found);
  const ports = Object.keys(image.Config?.ExposedPorts ?? {});
  const digest = digestOf(image.RepoDigests?.[0]);
  const from = originOf(image.Config?.Labels?.[labels.base], digest);
  return { id: image.Id, digest, ports: tcpPorts(ports), from };
}

/** Where an image came from: by the label of what is built here, and the digest of what was pulled. */
function originOf(label: string | undefined, digest: string | null): ImageOrigin | null {
  if (label === 'packages') return 'packages';
  return digest === null ? null : 'registry';
}

/** `sha256:...` of `node@sha256:...` */
function digestOf(repoDigest: string | undefined): string | null {
  return repoDigest?.split('@')[1] ?? null;
}

/** The numbers of `80/tcp` and `8080/tcp`, lowest first; not those of `53/udp`. */
export function tcpPorts(exposed: readonly string[]): number[] {
  const ports = exposed.filter((port) => /^\d+(\/tcp)?$/.test(port)).map((port) => Number.parseInt(port, 10));
  return ports.toSorted((a, b) => a - b);
}
