// node print-sshd-drop-in.ts KEYS_FILE USER...: the text for sshd, for install.sh.
import { sshdDropIn } from '../../src/tools/openssh.ts';

const [authorizedKeysFile = '', ...users] = process.argv.slice(2);
process.stdout.write(users.map((user) => sshdDropIn({ user, authorizedKeysFile })).join(''));
