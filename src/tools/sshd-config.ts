import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../base/files.ts';

/** Whether sshd_config in a folder such as /etc/ssh, or a file of its sshd_config.d, names this file of keys. */
export async function sshdNames(folder: string, keysFile: string): Promise<boolean> {
  const parts = join(folder, 'sshd_config.d');
  const names = await readdir(parts).catch(() => []);
  const files = [join(folder, 'sshd_config'), ...names.filter(isConfig).map((name) => join(parts, name))];
  const texts = await Promise.all(files.map(readIfThere));
  return texts.some((text) => wordsOfKeysFiles(text ?? '').includes(keysFile));
}

function isConfig(name: string): boolean {
  return name.endsWith('.conf');
}

function wordsOfKeysFiles(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [keyword, ...files] = line.trim().split(/[\s=]+/);
    return keyword?.toLowerCase() === 'authorizedkeysfile' ? files : [];
  });
}
