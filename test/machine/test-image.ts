import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pack, type Pack } from 'tar-stream';
import { z } from 'zod';
import { exec } from '../../src/base/exec.ts';
import { type Docker, DockerError } from '../../src/tools/docker.ts';

const repository = 'slipway-test/busybox';
const tag = '1';

/** Applets that tests use; each is a link to the one static program. */
const applets =
  'awk cat echo env false grep head hostname httpd id ip kill ls mkdir nc ping printf ps rm seq sh sleep sort tail test touch true wc wget yes'.split(
    ' ',
  );

/**
 * The id of a tiny image with busybox (`sh`, `httpd`, `nc`, `sleep`, ...) and `/www/index.html`; made once on a machine
 * and shared by all runs. The program comes from Debian's package busybox-static, which is unpacked, not installed.
 */
export async function ensureTestImage(docker: Docker): Promise<string> {
  return (await imageId(docker)) ?? (await importImage(docker));
}

async function imageId(docker: Docker): Promise<string | undefined> {
  try {
    return z.object({ Id: z.string() }).parse(await docker.json('GET', `/images/${repository}:${tag}/json`))
      .Id;
  } catch (error) {
    if (error instanceof DockerError && error.status === 404) return undefined;
    throw error;
  }
}

/** The files of such an image as a tar, with a text of its own in `/www/index.html`. */
export async function busyboxFiles(page: string): Promise<Buffer> {
  return buffer(rootFolder(await busybox(), page));
}

async function importImage(docker: Docker): Promise<string> {
  const tar = rootFolder(await busybox(), 'hello\n');
  await docker.jsonLines('POST', '/images/create', {
    query: { fromSrc: '-', repo: repository, tag, changes: 'CMD ["sh"]' },
    headers: { 'Content-Type': 'application/x-tar' },
    body: tar,
    onValue: (value) => {
      const failed = z.object({ error: z.string() }).safeParse(value);
      if (failed.success) throw new Error(`Docker did not import the test image: ${failed.data.error}`);
    },
  });
  const id = await imageId(docker);
  if (id === undefined) throw new Error('Docker imported the test image, but does not have it');
  return id;
}

async function busybox(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-busybox-'));
  try {
    await exec('apt-get', ['download', 'busybox-static'], { cwd: folder });
    const file = (await readdir(folder)).find((name) => name.endsWith('.deb'));
    if (file === undefined) throw new Error('apt-get downloaded no package busybox-static');
    await exec('dpkg-deb', ['-x', file, 'unpacked'], { cwd: folder });
    return await readFile(join(folder, 'unpacked/bin/busybox'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function rootFolder(program: Buffer, page: string): Pack {
  const tar = pack();
  for (const name of ['bin', 'etc', 'proc', 'sys', 'dev', 'www'])
    tar.entry({ name, type: 'directory', mode: 0o755 });
  tar.entry({ name: 'tmp', type: 'directory', mode: 0o1777 });
  tar.entry({ name: 'bin/busybox', mode: 0o755 }, program);
  for (const applet of applets) tar.entry({ name: `bin/${applet}`, type: 'symlink', linkname: 'busybox' });
  tar.entry(
    { name: 'etc/passwd', mode: 0o644 },
    'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n',
  );
  tar.entry({ name: 'www/index.html', mode: 0o644 }, page);
  tar.finalize();
  return tar;
}
