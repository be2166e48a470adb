import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { exec } from '../../src/base/exec.ts';
import { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;

before(async () => {
  sandbox = await Sandbox.start();
});
after(() => sandbox?.stop());

/** A buildpack of its own: what it gives, counts and finds is in the page that the app serves. */
const pack = {
  'bin/detect': '#!/bin/bash\n[ -f "$1/page" ] || exit 1\necho Pages\n',
  'bin/compile': `#!/bin/bash
set -e
build=$1 cache=$2 env=$3
echo $(( $(cat "$cache/count" 2>/dev/null || echo 0) + 1 )) > "$cache/count"
mkdir -p "$build/.profile.d"
echo 'export FROM_PROFILE=profiled' > "$build/.profile.d/pages.sh"
{ cat "$build/page"; echo "build $(cat "$cache/count"), $(cat "$env/GREETING"), KEY in env: \${GREETING:-no}, $STACK, uid $(id -u)"; } > "$build/index.txt"
`,
  'bin/release': `#!/bin/bash
echo '---'
echo 'default_process_types:'
echo '  web: perl serve.pl'
`,
};

const program = `use IO::Socket::INET;
my $server = IO::Socket::INET->new(LocalAddr => '0.0.0.0', LocalPort => $ENV{PORT}, Listen => 9) or die;
while (my $client = $server->accept) {
  while (<$client>) { last if /^\\r?$/ }
  open my $page, '<', 'index.txt';
  my $text = join('', <$page>) . ($ENV{FROM_PROFILE} // 'no profile');
  print $client "HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: " . length($text) . "\\r\\n\\r\\n$text";
}
`;

/** The second of two: brings the program, by what the first one exported. */
const server = {
  'bin/detect': '#!/bin/bash\necho Server\n',
  'bin/compile': `#!/bin/bash
cat > "$1/serve.pl" <<'END'
${program}END
`,
};

async function repositoryOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await sandbox.repository({ README: 'a buildpack' });
  await sandbox.commit(folder, files);
  for (const file of Object.keys(files)) await chmod(join(folder, file), 0o755);
  await exec('git', ['commit', '-qam', 'programs'], { cwd: folder, env: sandbox.gitEnv });
  // Repositories are fetched as the user of the door, to whom git shows its own only.
  await exec('chown', ['-R', sandbox.user, folder]);
  return folder;
}

test('An app is built by the buildpacks of its file .buildpacks, and again with their cache.', async () => {
  const archive = join(sandbox.root, 'client/server.tgz');
  const second = await repositoryOf(server);
  await exec('tar', ['-czf', archive, '--exclude=.git', '-C', join(second, '..'), basename(second)]);
  const host = createServer((_request, response) => createReadStream(archive).pipe(response));
  host.listen(0, '127.0.0.1');
  await once(host, 'listening');
  const address = host.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  try {
    const first = `file://${await repositoryOf(pack)}`;
    await sandbox.ok('apps:create', 'pages');
    await sandbox.ok('config:set', 'pages', "GREETING=it's\nme");
    const folder = await sandbox.repository({
      page: 'one\n',
      '.buildpacks': `# two\n${first}#main\nhttp://127.0.0.1:${port}/server.tgz\n`,
      Procfile: 'web: perl serve.pl\n',
    });
    const pushed = await sandbox.push(folder, 'pages');
    assert.equal(pushed.code, 0, pushed.output);
    assert.match(pushed.output, /-----> Pages app detected/);
    const page = /^one\nbuild 1, it's\nme, KEY in env: no, heroku-22, uid 1000\nprofiled$/;
    assert.match((await sandbox.get('pages')).body, page);
    await sandbox.commit(folder, { page: 'two\n' });
    const again = await sandbox.push(folder, 'pages');
    assert.equal(again.code, 0, again.output);
    assert.match((await sandbox.get('pages')).body, /^two\nbuild 2,/);
  } finally {
    host.close();
  }
});

test('Buildpacks that are set win over the file, and name what starts the app.', async () => {
  const first = `file://${await repositoryOf(pack)}`;
  const listed = await sandbox.ok('buildpacks:set', 'pages', first);
  assert.match(listed, /1\. file:/);
  assert.equal((await sandbox.ok('buildpacks:list', 'pages')).trim(), first);
  const other = await sandbox.repository({ 'not-a-page': '' });
  const pushed = await sandbox.push(other, 'pages', { flags: ['--force'] });
  assert.equal(pushed.code, 1);
  assert.match(pushed.output, /The app is not compatible with the buildpack file:/);
  assert.match((await sandbox.get('pages')).body, /^two/);
  const whole = await sandbox.repository({ page: 'three\n', 'serve.pl': program });
  const last = await sandbox.push(whole, 'pages', { flags: ['--force'] });
  assert.equal(last.code, 0, last.output);
  assert.match((await sandbox.get('pages')).body, /^three\nbuild \d+,/);
});
