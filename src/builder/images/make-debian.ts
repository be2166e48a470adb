import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { failure } from '../../model/failures.ts';
import { aptSources } from '../../tools/apt.ts';
import { importImage, splitTag } from '../../tools/docker-images.ts';
import { makeRootFilesystem } from '../../tools/mmdebstrap.ts';
import { writeTar, type TarMember } from '../../tools/tar.ts';
import { debianDpkgOptions, debianOverlay } from './debian-overlay.ts';
import { debianSources } from './debian-sources.ts';
import { madeLabels, type Making } from './making.ts';
import type { DebianRecipe } from './recipe.ts';

/** Of the package debian-archive-keyring: on every Debian; on Ubuntu to be installed. */
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Makes a minimal Debian from packages and imports it as an image of one layer. Not tried on Ubuntu yet. */
export async function makeDebian(recipe: DebianRecipe, making: Making): Promise<void> {
  await needKeyring(making.name);
  await writeFile(join(making.folder, 'overlay.tar'), await buffer(writeTar(overlay())));
  await makeRootFilesystem({
    suite: recipe.suite,
    sources: debianSources(await aptSources(making.signal), recipe.suite),
    keyring,
    packages: [],
    dpkgOptions: debianDpkgOptions,
    overlay: 'overlay.tar',
    target: 'root.tar',
    folder: making.folder,
    signal: making.signal,
    onStep: (text) => making.out.detail(text),
  });
  // From here on it takes a second: it is not stopped half-way, so that there is a whole image or none.
  await importImage(making.docker, join(making.folder, 'root.tar'), {
    ...splitTag(making.tag),
    changes: [
      'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'CMD ["bash"]',
      `LABEL ${Object.entries(madeLabels(making))
        .map(([name, value]) => `${name}=${value}`)
        .join(' ')}`,
    ],
  });
}

async function* overlay(): AsyncGenerator<TarMember> {
  for (const { path, text, executable } of debianOverlay) {
    yield { kind: 'file', path, executable, content: Buffer.from(text) };
  }
}

async function needKeyring(name: string): Promise<void> {
  try {
    await access(keyring);
  } catch (cause) {
    throw failure(
      'E_IMAGE_UNAVAILABLE',
      `${name} cannot be made here: the keys of Debian's archive are missing`,
      {
        hint: 'apt-get install debian-archive-keyring',
        cause,
      },
    );
  }
}
