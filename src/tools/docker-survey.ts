import { z } from 'zod';
import type { CgroupFacts } from './cgroup.ts';
import type { Docker } from './docker.ts';

const info = z.object({
  ServerVersion: z.string(),
  Driver: z.string(),
  DockerRootDir: z.string(),
  // Docker before 20.10 knows version 1 only and does not say so.
  CgroupVersion: z.enum(['1', '2']).catch('1'),
  CgroupDriver: z.enum(['cgroupfs', 'systemd']).catch('cgroupfs'),
});

const containers = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()),
    Labels: z.record(z.string(), z.string()).nullish(),
    Ports: z.array(z.object({ IP: z.string().optional(), PublicPort: z.number().optional() })).nullish(),
  }),
);

const images = z.array(z.object({ RepoTags: z.array(z.string()).nullish() }));

export interface DockerInfo {
  readonly version: string;
  readonly storageDriver: string;
  readonly dataRoot: string;
  readonly cgroups: CgroupFacts;
}

export interface SurveyedContainer {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What Docker hands to it of the machine's own ports, each once. */
  readonly published: readonly { readonly address: string; readonly port: number }[];
}

/** What Docker says of itself. */
export async function dockerInfo(docker: Docker): Promise<DockerInfo> {
  const answer = info.parse(await docker.json('GET', '/info'));
  return {
    version: answer.ServerVersion,
    storageDriver: answer.Driver,
    dataRoot: answer.DockerRootDir,
    cgroups: { version: answer.CgroupVersion, driver: answer.CgroupDriver },
  };
}

/** All containers of this Docker, running or not, whosesoever. */
export async function surveyContainers(docker: Docker): Promise<readonly SurveyedContainer[]> {
  const answer = containers.parse(await docker.json('GET', '/containers/json', { query: { all: true } }));
  return answer.map(({ Id, Names, Labels, Ports }) => ({
    id: Id,
    name: (Names[0] ?? Id).replace(/^\//, ''),
    labels: Labels ?? {},
    published: (Ports ?? []).flatMap(({ IP, PublicPort }) =>
      IP === undefined || PublicPort === undefined ? [] : [{ address: IP, port: PublicPort }],
    ),
  }));
}

/** All tags that begin with this, such as `slipway/main/`. */
export async function tagsBelow(docker: Docker, prefix: string): Promise<readonly string[]> {
  const filters = JSON.stringify({ reference: [`${prefix}*`] });
  const answer = images.parse(await docker.json('GET', '/images/json', { query: { filters } }));
  return answer.flatMap(({ RepoTags }) => RepoTags ?? []).filter((tag) => tag.startsWith(prefix));
}
