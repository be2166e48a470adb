import { z } from 'zod';
import { type Docker, ifThere } from './docker.ts';

const listed = z.object({
  Volumes: z
    .array(z.object({ Name: z.string(), Labels: z.record(z.string(), z.string()).nullable() }))
    .nullable(),
});

export interface VolumeSummary {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Makes it where it is not there. */
export async function createVolume(docker: Docker, { name, labels }: VolumeSummary): Promise<void> {
  await docker.json('POST', '/volumes/create', { body: { Name: name, Driver: 'local', Labels: labels } });
}

/** Those that carry all of these labels (`name=value`). */
export async function listVolumes(docker: Docker, labels: readonly string[]): Promise<VolumeSummary[]> {
  const filters = JSON.stringify({ label: labels });
  const answer = listed.parse(await docker.json('GET', '/volumes', { query: { filters } }));
  return (answer.Volumes ?? []).map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} }));
}

/** With all that is in it. One that is gone already is fine. */
export async function deleteVolume(docker: Docker, name: string): Promise<void> {
  await ifThere(docker.json('DELETE', `/volumes/${name}`));
}
