import { once } from 'node:events';
import { Sandbox } from './sandbox.ts';

/** A slipwayd of one's own beside the installed one, until Ctrl-C. */
const sandbox = await Sandbox.start();
console.log(`instance ${sandbox.instance}; apps at http://APP.localhost:${sandbox.httpPort}`);
console.log(`SLIPWAY_ROOT=${sandbox.root} ${sandbox.lib}/node ${sandbox.lib}/slipway.cjs help`);
console.log(`export GIT_SSH_COMMAND='ssh ${sandbox.sshArguments.join(' ')}'`);
console.log(`git remote add sandbox ${sandbox.remote('shop')}`);
await once(process, 'SIGINT');
await sandbox.stop();
process.exit(0);
