import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { authorizedKeys, entryPaths, OpensshError, parsePublicKey, sshdDropIn } from './openssh.ts';

const ed25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFNmPyNCEA4l8lNOxlqyVGW2q83Fe4DI4fGB6pjH2+p/';

/** A key's blob: strings with their lengths before them. */
function blob(...fields: readonly (string | Buffer)[]): string {
  const parts = fields.map((field) => {
    const bytes = Buffer.from(field);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  });
  return Buffer.concat(parts).toString('base64');
}

function rsa(bits: number): string {
  const modulus = Buffer.concat([
    Buffer.from([0, 0x80 >> (7 - ((bits - 1) % 8))]),
    Buffer.alloc(Math.ceil(bits / 8) - 1, 7),
  ]);
  return `ssh-rsa ${blob('ssh-rsa', Buffer.from([1, 0, 1]), modulus)}`;
}

/** In a word. At the beginning of a word, a hyphen is one too. */
const attacks = ['a b', 'a"b', 'a\nb', "a'b", 'a$(id)', 'a`id`', 'a;b', '', 'a\\b', 'ä', 'a\0b', 'a\n'];

describe('a public key', () => {
  it('is taken apart, with the fingerprint that ssh-keygen prints', () => {
    assert.deepEqual(parsePublicKey(`${ed25519} alice@laptop\n`), {
      type: 'ssh-ed25519',
      publicKey: ed25519,
      fingerprint: 'SHA256:phXVf5Zv7rsFheiHIV0a+pCdCeEiUZtZWafQsHfiGak',
      comment: 'alice@laptop',
    });
  });

  it('may have comment lines above it, a comment of several words, and Windows line ends', () => {
    assert.equal(
      parsePublicKey(`# from the laptop\r\n\r\n${ed25519}  alice at home\r\n`).comment,
      'alice at home',
    );
  });

  it('may be of every type that is safe today', () => {
    const point = (length: number) => Buffer.alloc(length, 4);
    const keys: readonly (readonly [string, ...(string | Buffer)[]])[] = [
      ['ecdsa-sha2-nistp256', 'nistp256', point(65)],
      ['ecdsa-sha2-nistp384', 'nistp384', point(97)],
      ['ecdsa-sha2-nistp521', 'nistp521', point(133)],
      ['sk-ssh-ed25519@openssh.com', point(32), 'ssh:'],
      ['sk-ecdsa-sha2-nistp256@openssh.com', 'nistp256', point(65), 'ssh:work'],
    ];
    for (const [type, ...fields] of keys)
      assert.equal(parsePublicKey(`${type} ${blob(type, ...fields)}`).type, type);
    assert.equal(parsePublicKey(rsa(2048)).type, 'ssh-rsa');
    assert.equal(parsePublicKey(rsa(3072)).type, 'ssh-rsa');
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn\n', /private key/],
    ['a private key of PuTTY', 'PuTTY-User-Key-File-3: ssh-ed25519\n', /private key/],
    ['the format of RFC 4716', '---- BEGIN SSH2 PUBLIC KEY ----\n', /ssh-keygen -i/],
    ['nothing', ' \n', /no key/],
    ['two keys', `${ed25519}\n${ed25519}\n`, /one key at a time/],
    ['options in front', `command="id" ${ed25519}`, /options in front/],
    ['an option without quotes', `no-pty ${ed25519}`, /options in front/],
    ['DSA', `ssh-dss ${blob('ssh-dss')}`, /no public key of a type/],
    ['a certificate', `ssh-ed25519-cert-v01@openssh.com ${blob('x')}`, /no public key of a type/],
    ['a name of an object', 'constructor AAAA', /no public key of a type/],
    ['short RSA', rsa(2047), /2047 bits/],
    ['RSA of nothing', `ssh-rsa ${blob('ssh-rsa', '', '')}`, /0 bits/],
    ['a type that lies', `ssh-rsa ${ed25519.split(' ')[1]}`, /another type/],
    ['a cut key', ed25519.slice(0, -8), /damaged/],
    ['more behind the key', `ssh-ed25519 ${blob('ssh-ed25519', Buffer.alloc(32), 'more')}`, /damaged/],
    [
      'a curve that lies',
      `ecdsa-sha2-nistp256 ${blob('ecdsa-sha2-nistp256', 'nistp384', Buffer.alloc(65))}`,
      /another curve/,
    ],
    [
      'a token key for something else',
      `sk-ssh-ed25519@openssh.com ${blob('sk-ssh-ed25519@openssh.com', Buffer.alloc(32), 'web')}`,
      /not for ssh/,
    ],
    ['text that is not base64', 'ssh-ed25519 AAAA"AAAA', /base64/],
    ['no blob', 'ssh-ed25519', /base64/],
  ];
  for (const [what, text, message] of refused) {
    it(`is refused with a reason when it is ${what}`, () => {
      assert.throws(
        () => parsePublicKey(text),
        (error) => error instanceof OpensshError && message.test(error.message),
      );
    });
  }
});

describe('authorized_keys', () => {
  const command = { entry: '/opt/slipway/entry.sh', paths: '/var/lib/slipway/ssh/paths' };

  it('lets each key run the entry script under its name, and nothing else', () => {
    assert.equal(
      authorizedKeys(
        [
          { name: 'alice', publicKey: `${ed25519} a comment` },
          { name: 'ci@example.com', publicKey: rsa(2048) },
        ],
        command,
      ),
      `# Written by Slipway; changes made here are lost.
restrict,pty,command="exec /opt/slipway/entry.sh /var/lib/slipway/ssh/paths alice" ${ed25519}
restrict,pty,command="exec /opt/slipway/entry.sh /var/lib/slipway/ssh/paths ci@example.com" ${rsa(2048)}
`,
    );
  });

  it('refuses every value that could end a word', () => {
    for (const bad of [...attacks, '-a', '.a']) {
      assert.throws(() => authorizedKeys([{ name: bad, publicKey: ed25519 }], command), OpensshError, bad);
    }
    for (const bad of attacks) {
      assert.throws(() => authorizedKeys([], { ...command, entry: `/${bad}` }), OpensshError, bad);
    }
    assert.throws(
      () => authorizedKeys([{ name: 'alice', publicKey: `${ed25519}\n${ed25519}` }], command),
      OpensshError,
    );
  });
});

describe('the paths of the entry script', () => {
  const paths = { door: '/r/run/door.sock', node: '/l/node', cli: '/l/slipway.cjs', hooks: '/l/hooks' };

  it('are assignments of a shell', () => {
    assert.equal(
      entryPaths(paths),
      `# Written by Slipway; changes made here are lost.
door=/r/run/door.sock
node=/l/node
cli=/l/slipway.cjs
hooks=/l/hooks
`,
    );
  });

  it('have no character that a shell would take for more', () => {
    for (const bad of attacks)
      assert.throws(() => entryPaths({ ...paths, door: `/run/${bad}` }), OpensshError, bad);
    assert.throws(() => entryPaths({ ...paths, node: 'node' }), OpensshError);
  });
});

describe('the drop-in for sshd', () => {
  const door = { user: 'slipway', authorizedKeysFile: '/var/lib/slipway/ssh/authorized_keys' };

  it('is about the one user', () => {
    assert.equal(
      sshdDropIn(door),
      `# Written by Slipway; changes made here are lost.
Match User slipway
    AuthenticationMethods publickey
    PubkeyAuthentication yes
    PasswordAuthentication no
    KbdInteractiveAuthentication no
    AuthorizedKeysFile /var/lib/slipway/ssh/authorized_keys
    AuthorizedKeysCommand none
    TrustedUserCAKeys none
    DisableForwarding yes
    PermitTunnel no
    PermitTTY yes
    ClientAliveInterval 15
    ClientAliveCountMax 3
Match all
`,
    );
  });

  it('refuses users and paths that could add a line or a word', () => {
    for (const bad of [...attacks, '*', 'a,b', '!root', '-a']) {
      assert.throws(() => sshdDropIn({ ...door, user: bad }), OpensshError, bad);
      assert.throws(() => sshdDropIn({ ...door, authorizedKeysFile: bad }), OpensshError, bad);
    }
  });
});
