import { isDiskFull } from '../base/disk-full.ts';
import { Failure, type FailureMore, messageOf } from '../base/failure.ts';

interface FailureKind {
  /** Status of the HTTP API. */
  readonly status: number;
  /** Exit status of the command. */
  readonly exit: number;
  /** What it means, for docs/errors.md. */
  readonly meaning: string;
  /** What to do, shown where the place that fails gives no better hint. */
  readonly hint: string;
}

/** Every way to fail that a user can act on. A code, once released, is never used for anything else. */
export const failures = {
  E_APP_MISSING: {
    status: 404,
    exit: 20,
    meaning: 'No app has this name.',
    hint: 'slipway apps:list shows the apps',
  },
  E_APP_EXISTS: {
    status: 409,
    exit: 1,
    meaning: 'An app of this name is there already.',
    hint: 'choose another name',
  },
  E_APP_LOCKED: {
    status: 409,
    exit: 1,
    meaning: 'The app refuses deploys.',
    hint: 'slipway apps:unlock APP',
  },
  E_NOT_DEPLOYED: {
    status: 409,
    exit: 1,
    meaning: 'The app has no release yet.',
    hint: 'deploy it first: git push slipway main',
  },
  E_NOT_FOUND: { status: 404, exit: 1, meaning: 'What was named is not there.', hint: 'check the name' },
  E_EXISTS: {
    status: 409,
    exit: 1,
    meaning: 'What should be made is there already.',
    hint: 'choose another name',
  },
  E_INPUT: {
    status: 400,
    exit: 1,
    meaning: 'A word or a flag of the command is wrong.',
    hint: 'add --help to the command',
  },
  E_COMMAND_UNKNOWN: {
    status: 404,
    exit: 1,
    meaning: 'There is no such command.',
    hint: 'slipway help lists the commands',
  },
  E_NOT_ALLOWED: {
    status: 403,
    exit: 1,
    meaning: 'This key may not do that.',
    hint: 'ask an administrator of this server',
  },
  E_NOT_CONFIRMED: {
    status: 400,
    exit: 1,
    meaning: 'The confirmation did not match.',
    hint: 'type the name exactly, or add --force',
  },
  E_BUSY: {
    status: 409,
    exit: 1,
    meaning: 'Something else is in the way at the moment.',
    hint: 'try again in a moment',
  },
  E_CANCELLED: {
    status: 409,
    exit: 130,
    meaning: 'The work was cancelled before the switch; nothing was changed.',
    hint: 'run it again',
  },
  E_DAEMON_DOWN: {
    status: 503,
    exit: 1,
    meaning: 'slipwayd does not answer. Apps run on without it.',
    hint: 'start it: systemctl start slipwayd, or ./install.sh again',
  },
  E_SOURCE: {
    status: 400,
    exit: 1,
    meaning: 'The source that was sent cannot be used.',
    hint: 'see the message',
  },
  E_SOURCE_PATH: {
    status: 400,
    exit: 1,
    meaning: 'The archive has a path or link that leaves its folder.',
    hint: 'make the archive again from inside the project folder',
  },
  E_SOURCE_TOO_LARGE: {
    status: 413,
    exit: 1,
    meaning: 'The source is larger than the limit.',
    hint: 'leave build results and data out of the repository',
  },
  E_DOWNLOAD: {
    status: 502,
    exit: 1,
    meaning: 'An address could not be fetched.',
    hint: 'check the address from this machine',
  },
  E_NO_BUILDER: {
    status: 400,
    exit: 1,
    meaning: 'Nothing tells how to build this source.',
    hint: 'add a Dockerfile at the top of the repository',
  },
  E_BUILD_PLAN: {
    status: 400,
    exit: 1,
    meaning: 'A file of the source that tells how to build it is wrong, or contradicts another.',
    hint: 'mend that file, commit it and push again',
  },
  E_NO_START: {
    status: 400,
    exit: 1,
    meaning: 'Nothing tells what command starts the app.',
    hint: 'add a file Procfile with a line such as "web: COMMAND"',
  },
  E_DOCKERFILE: {
    status: 400,
    exit: 1,
    meaning: 'The Dockerfile is missing or wrong.',
    hint: 'see the message',
  },
  E_BUILD_FAILED: {
    status: 422,
    exit: 1,
    meaning: 'A step of the build failed.',
    hint: 'read the lines above; the step can be run locally with docker build',
  },
  E_BUILD_OOM: {
    status: 422,
    exit: 1,
    meaning: 'A step of the build was killed for using more memory than builds may.',
    hint: 'let it use less, or allow builds more: slipway resource:limit --process-type build --memory SIZE APP',
  },
  E_BUILD_TIMEOUT: {
    status: 422,
    exit: 1,
    meaning: 'A build took longer than its app allows, and was stopped.',
    hint: 'make it faster, or allow it more: slipway builds:set APP timeout SECONDS',
  },
  E_IMAGE_UNAVAILABLE: {
    status: 422,
    exit: 1,
    meaning: 'An image is neither here nor in a registry that answers.',
    hint: 'slipway images:list shows the images that can be made here',
  },
  E_REGISTRY_DNS: {
    status: 502,
    exit: 1,
    meaning: 'The name of a registry cannot be looked up.',
    hint: 'check the name of the image, and the DNS of this machine: getent hosts REGISTRY',
  },
  E_REGISTRY_DOWN: {
    status: 502,
    exit: 1,
    meaning: 'A registry cannot be reached.',
    hint: 'check from this machine: curl https://REGISTRY/v2/',
  },
  E_REGISTRY_AUTH: {
    status: 422,
    exit: 1,
    meaning: 'A registry gives an image only to those who log in.',
    hint: 'log in on this machine: docker login REGISTRY',
  },
  E_PROCFILE: { status: 400, exit: 1, meaning: 'The Procfile is wrong.', hint: 'each line is TYPE: COMMAND' },
  E_APP_JSON: { status: 400, exit: 1, meaning: 'app.json is wrong.', hint: 'see the paths named above' },
  E_RELEASE_TASK: {
    status: 422,
    exit: 1,
    meaning: 'The release command of the Procfile failed.',
    hint: 'read the lines above; the release before it is still live',
  },
  E_PROCESS_EXITED: {
    status: 422,
    exit: 1,
    meaning: 'A process ended while it should have become healthy.',
    hint: 'read its last lines above',
  },
  E_NOT_HEALTHY: {
    status: 422,
    exit: 1,
    meaning: 'A process did not become healthy in time.',
    hint: 'listen on 0.0.0.0:$PORT and answer with less than 500',
  },
  E_PROCESS_FINISHED: {
    status: 422,
    exit: 1,
    meaning: 'A process ended with exit code 0 where it should run on.',
    hint: 'start the server in the foreground; what only does its work and ends belongs in release: of the Procfile',
  },
  E_CRASHED_AFTER_LISTENING: {
    status: 422,
    exit: 1,
    meaning: 'A process listened on its port, and ended before it was healthy.',
    hint: 'it may fail when it is asked, or soon after it started: read its last lines above',
  },
  E_OUT_OF_MEMORY: {
    status: 422,
    exit: 1,
    meaning: 'A process was killed for using more memory than its limit.',
    hint: 'let it use less, or raise "memory" of its process type in app.json (formation)',
  },
  E_MEMORY_SHORT: {
    status: 503,
    exit: 1,
    meaning: 'The machine has too little memory left.',
    hint: 'stop or scale down what is not needed, or give the machine more memory',
  },
  E_WRONG_ARCHITECTURE: {
    status: 422,
    exit: 1,
    meaning: 'A program was built for another kind of processor.',
    hint: 'build it for this machine: no --platform in the Dockerfile, no binaries of another machine in the repository',
  },
  E_NOT_EXECUTABLE: {
    status: 422,
    exit: 1,
    meaning: 'The command of a process is a file that may not be executed.',
    hint: 'make it executable: git update-index --chmod=+x FILE',
  },
  E_CONFIG_MISSING: {
    status: 422,
    exit: 1,
    meaning: 'The log of a process names an environment variable that is not set.',
    hint: 'slipway config:set APP NAME=...',
  },
  E_BIND_LOOPBACK: {
    status: 422,
    exit: 1,
    meaning: 'A process listens on 127.0.0.1, where nobody outside its container reaches it.',
    hint: 'listen on 0.0.0.0:$PORT',
  },
  E_WRONG_PORT: {
    status: 422,
    exit: 1,
    meaning: 'A process listens on another port than the one it is asked on.',
    hint: 'listen on 0.0.0.0:$PORT, or name the port by EXPOSE in a Dockerfile of your own',
  },
  E_HEALTH_STATUS: {
    status: 422,
    exit: 1,
    meaning: 'A process answers its check with an error.',
    hint: 'read its last lines above; another path can be named in app.json (healthchecks)',
  },
  E_HEALTH_PATH: {
    status: 422,
    exit: 1,
    meaning: 'The path of a check is not there: 404.',
    hint: 'let the app answer this path, or name another one in app.json (healthchecks)',
  },
  E_HEALTH_REDIRECT: {
    status: 422,
    exit: 1,
    meaning: 'A process answers its check with a redirect that leads nowhere.',
    hint: 'let it answer the path of its check itself, or name another one in app.json (healthchecks)',
  },
  E_NO_WEB: {
    status: 422,
    exit: 1,
    meaning: 'The app has no such process type.',
    hint: 'name it in the Procfile',
  },
  E_COMMAND_NOT_FOUND: {
    status: 422,
    exit: 1,
    meaning: 'The command of a process is not in the image.',
    hint: 'check the Procfile against what the image contains',
  },
  E_RELEASE_MISSING: {
    status: 404,
    exit: 1,
    meaning: 'The app has no such release, or it never passed its checks.',
    hint: 'slipway releases APP shows them',
  },
  E_DOMAIN_TAKEN: {
    status: 409,
    exit: 1,
    meaning: 'Another app has this domain.',
    hint: 'remove it there first',
  },
  E_CERTIFICATE: {
    status: 422,
    exit: 1,
    meaning: 'A certificate, or its private key, cannot be served.',
    hint: 'give certificate and key as PEM; the message says what is wrong with them',
  },
  E_KEY: {
    status: 400,
    exit: 1,
    meaning: 'This is no public SSH key that can be used.',
    hint: 'give the .pub file of an ed25519, ecdsa or rsa key',
  },
  E_ACME: {
    status: 422,
    exit: 1,
    meaning: 'A certificate authority refused something.',
    hint: 'see the message',
  },
  E_ACME_ACCOUNT: {
    status: 422,
    exit: 1,
    meaning: 'A certificate authority does not know our account, or asks something of its owner.',
    hint: 'see the message',
  },
  E_ACME_PROOF: {
    status: 422,
    exit: 1,
    meaning: 'A certificate authority looked, and did not find the proof that a domain is ours.',
    hint: 'see the message',
  },
  E_ACME_LIMIT: {
    status: 429,
    exit: 1,
    meaning: 'A certificate authority takes no more requests for a while.',
    hint: 'nothing to do: it is asked again when it may be',
  },
  E_ACME_DOWN: {
    status: 502,
    exit: 1,
    meaning: 'A certificate authority does not answer, or not as it should.',
    hint: 'nothing to do: it is asked again later; check from this machine: curl ADDRESS',
  },
  E_DOMAIN_ELSEWHERE: {
    status: 409,
    exit: 1,
    meaning: 'A domain does not lead to this machine, so no certificate can be had for it.',
    hint: 'set its DNS record; slipway letsencrypt:list shows what is waited for',
  },
  E_DNS_PROVIDER: {
    status: 422,
    exit: 1,
    meaning: "What changes a domain's DNS, a provider or a program, does not do it.",
    hint: 'check its settings, and what its login may do',
  },
  E_DOCKER_DOWN: {
    status: 503,
    exit: 1,
    meaning: 'Docker does not answer.',
    hint: 'start it: systemctl start docker, or ./install.sh again',
  },
  E_DOCKER: { status: 502, exit: 1, meaning: 'Docker refused something.', hint: 'see the message' },
  E_SERVICE_MISSING: {
    status: 404,
    exit: 1,
    meaning: 'No datastore of this kind has this name.',
    hint: 'slipway KIND:list shows those that are there',
  },
  E_SERVICE_LINKED: {
    status: 409,
    exit: 1,
    meaning: 'Apps are linked to the datastore.',
    hint: 'unlink them first: slipway KIND:unlink NAME APP',
  },
  E_SERVICE_STOPPED: {
    status: 409,
    exit: 1,
    meaning: 'The datastore does not run.',
    hint: 'slipway KIND:start NAME',
  },
  E_SERVICE_NOT_READY: {
    status: 504,
    exit: 1,
    meaning: 'The datastore was started and does not take requests.',
    hint: 'slipway KIND:logs NAME',
  },
  E_SERVICE_DUMP: {
    status: 500,
    exit: 1,
    meaning: 'The data of a datastore could not be written out.',
    hint: 'see the lines above, and slipway KIND:logs NAME',
  },
  E_SERVICE_RESTORE: {
    status: 422,
    exit: 1,
    meaning: 'A datastore did not take a dump; its data is as it was before.',
    hint: 'see the lines above: the dump may be cut off, or of another kind',
  },
  E_NETWORK_POOL: {
    status: 503,
    exit: 1,
    meaning: 'No free subnet is left for an app network.',
    hint: 'set a wider pool with SLIPWAY_SUBNETS',
  },
  E_ROUTER: { status: 503, exit: 1, meaning: 'The router does not take a change.', hint: 'see the message' },
  E_PORT_TAKEN: {
    status: 503,
    exit: 1,
    meaning: 'Another program has a port that the router needs.',
    hint: 'stop that program, or install with --http-port and --https-port',
  },
  E_STORE: {
    status: 503,
    exit: 1,
    meaning: 'The store cannot be used. Apps and router run on.',
    hint: 'as root on the server: slipway server:recover goes on from the newest copy',
  },
  E_STORE_KEY: {
    status: 503,
    exit: 1,
    meaning:
      'The key that the store was sealed with is missing, or is another one. It is in no copy of the store.',
    hint: 'put the file store/key back from a backup, then restart slipwayd',
  },
  E_BACKUP_TARGET: {
    status: 502,
    exit: 1,
    meaning: 'Where backups are kept does not answer, or does not take or give what it should.',
    hint: 'see the message',
  },
  E_BACKUP_DAMAGED: {
    status: 422,
    exit: 1,
    meaning: 'A backup was changed after it was written, or a part of it is missing.',
    hint: 'use another backup',
  },
  E_BACKUP_SHRUNK: {
    status: 422,
    exit: 1,
    meaning: 'A backup has less than half of what the one before had. Only an event has this code.',
    hint: 'look at what was deleted; the earlier backups are there',
  },
  E_BACKUP_KEY: {
    status: 422,
    exit: 1,
    meaning: 'A backup is encrypted, and not for the key or passphrase that was given.',
    hint: 'give the secret key of a pair that it was encrypted for, or the passphrase that was set when it was made',
  },
  E_DISK_FULL: { status: 507, exit: 1, meaning: 'The disk is full.', hint: 'make space, then run it again' },
  E_DISK_SHORT: {
    status: 507,
    exit: 1,
    meaning:
      'The disk has less free space than must be there before a deploy begins; what may go is gone already.',
    hint: 'make room, or use a larger disk; slipway cleanup:report tells what takes it, and cleanup:set min-free what must be free',
  },
  E_INTERNAL: {
    status: 500,
    exit: 1,
    meaning: 'A bug in Slipway.',
    hint: 'report it with the id; the log of slipwayd has the rest',
  },
} as const satisfies Record<string, FailureKind>;

export type FailureCode = keyof typeof failures;

/** A Failure with the table's hint unless a better one is given. */
export function failure(code: FailureCode, message: string, more: FailureMore = {}): Failure {
  return new Failure(code, message, { ...more, hint: more.hint ?? failures[code].hint });
}

/** Whether something thrown is the failure of this code. */
export function isFailure(error: unknown, code: FailureCode): error is Failure {
  return error instanceof Failure && error.code === code;
}

/** E_DISK_FULL for what the system refused for want of space, wherever it was; anything else as it is. */
export function orDiskFull(error: unknown): unknown {
  return isDiskFull(error) ? failure('E_DISK_FULL', messageOf(error), { cause: error }) : error;
}

/** The row of a failure's code; the row of bugs for a code that is not in the table. */
export function failureKind(code: string): FailureKind {
  return Object.hasOwn(failures, code) ? failures[code as FailureCode] : failures.E_INTERNAL;
}
