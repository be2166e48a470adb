import { failure } from '../../../../model/failures.ts';
import { appFolder, file, run, type Step } from '../../plan.ts';
import type { SourceView } from '../../source-view.ts';

/** Pages in PHP, served by Apache. */
export interface WebRoot {
  /** Folder of the source; `.` for its top. */
  readonly folder: string;
  /** What decided, for people. */
  readonly reason: string;
  /** The Procfile asks for it in Heroku's words, which are no program here. */
  readonly fromProcfile: boolean;
}

const script = '/usr/local/bin/serve-php';

/** The line that starts Apache on $PORT; on SIGTERM it ends once open requests are answered. */
export const serveLine = `sh ${script}`;

/** Where the pages are, or undefined for a program that is no site. Throws E_BUILD_PLAN for a root that is not there. */
export function webRoot(source: SourceView, web: string | undefined): WebRoot | undefined {
  const words = web?.trim().split(/\s+/) ?? [];
  if (/^(?:vendor\/bin\/)?heroku-php-(?:apache2|nginx)$/.test(words[0] ?? ''))
    return herokuRoot(source, words.slice(1));
  const front = ['public/index.php', 'web/index.php', 'index.php'].find((path) => source.has(path));
  if (front === undefined) return undefined;
  const folder = front.replace(/\/?index\.php$/, '') || '.';
  return {
    folder,
    reason: `Apache serves ${named(folder)}, where there is an index.php`,
    fromProcfile: false,
  };
}

function herokuRoot(source: SourceView, words: readonly string[]): WebRoot {
  const [text = '.'] = words;
  if (words.length > 1 || text.startsWith('-'))
    throw failure(
      'E_BUILD_PLAN',
      `Procfile: web has "${words.join(' ')}", of which only a folder is possible here`,
      {
        hint: 'write "web: heroku-php-apache2 FOLDER", and what is set for Apache into .htaccess',
      },
    );
  const folder = text.replace(/^\.\/|\/+$/g, '') || '.';
  if (folder === '.' || (/^[\w./-]+$/.test(folder) && source.has(folder)))
    return { folder, reason: `Apache serves ${named(folder)}, as the Procfile says`, fromProcfile: true };
  throw failure('E_BUILD_PLAN', `Procfile: web names the folder ${JSON.stringify(text)}, which is not there`);
}

function named(folder: string): string {
  return folder === '.' ? 'the top folder' : folder;
}

export interface ServerOptions {
  readonly folder: string;
  /** Paths without a file are for index.php. */
  readonly front: boolean;
}

/** The steps that set up Apache in an image that has it, for any user and the port of $PORT. */
export function serverSteps(options: ServerOptions): readonly Step[] {
  return [
    run('a2enmod -q rewrite headers remoteip', { title: 'set up the web server Apache' }),
    file('/etc/apache2/ports.conf', 'Listen ${PORT}'),
    file('/etc/apache2/sites-available/000-default.conf', site(options)),
    file(script, graceful),
  ];
}

/** Few processes: each holds a PHP of its own, and the memory of an app has a limit. $WEB_CONCURRENCY says how many. */
function site({ folder, front }: ServerOptions): string {
  const root = folder === '.' ? appFolder : `${appFolder}/${folder}`;
  return `ServerName localhost
ServerTokens Prod
ServerSignature Off
TraceEnable Off
KeepAliveTimeout 1
StartServers 2
MinSpareServers 1
MaxSpareServers 4
MaxRequestWorkers \${WEB_CONCURRENCY}
RemoteIPHeader X-Forwarded-For
RemoteIPInternalProxy 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16
SetEnvIf X-Forwarded-Proto ^https$ HTTPS=on
LogFormat "%a \\"%r\\" %>s %B %D us" short
<VirtualHost *:\${PORT}>
  DocumentRoot ${root}
  CustomLog /dev/stdout short
  RedirectMatch 404 "/\\.(?!well-known/)"
${folder === '.' ? notPages : ''}  <Directory ${root}>
    Options FollowSymLinks
    AllowOverride All
    Require all granted
    DirectoryIndex index.php index.html
${front ? '    FallbackResource /index.php\n' : ''}  </Directory>
</VirtualHost>
`;
}

/** Of a source that is served whole: what is for others than its visitors. */
const notPages = '  RedirectMatch 404 "^/(vendor/|(composer\\.(json|lock)|app\\.json|Procfile)$)"\n';

/** Apache breaks off what is open at SIGTERM; at SIGWINCH it answers first. The second wait gives the status of its end. */
const graceful = `apache2-foreground &
server=$!
trap 'kill -WINCH $server' TERM INT WINCH
wait $server || wait $server
`;

/** How PHP is set for an app that runs: faults go to the log, and files do not change. */
export const phpSettings = file(
  '/usr/local/etc/php/conf.d/slipway.ini',
  `expose_php = Off
display_errors = Off
log_errors = On
variables_order = EGPCS
memory_limit = 128M
post_max_size = 32M
upload_max_filesize = 32M
session.save_path = /tmp
opcache.enable = 1
opcache.validate_timestamps = 0
opcache.memory_consumption = 64
opcache.max_accelerated_files = 16000
`,
);
