/** The pages that the router itself answers with. Each is a file that HAProxy reads as a log-format text. */
export type PageName = 'unknown-host' | 'no-process' | 'bad-answer' | 'no-answer' | 'slow-answer';

interface Page {
  readonly status: number;
  readonly title: string;
  readonly text: string;
  /** What the owner of the app does next. */
  readonly advice: string;
}

/** HAProxy puts the app's name in its place. Names of apps cannot hold a character that means something in HTML. */
const app = '%[var(txn.app)]';

export const pages: Readonly<Record<PageName, Page>> = {
  'unknown-host': {
    status: 404,
    title: 'No app here',
    text: 'This server runs no app under this address.',
    advice: 'If it should be yours: <code>slipway domains:add APP DOMAIN</code>',
  },
  'no-process': {
    status: 503,
    title: `${app} is not running`,
    text: `The app ${app} has no process that takes requests.`,
    advice: `If this is your app: <code>slipway ps:report ${app}</code> and <code>slipway logs ${app}</code>`,
  },
  'no-answer': {
    status: 503,
    title: `${app} does not answer`,
    text: `No process of the app ${app} accepts connections at the moment.`,
    advice: `If this is your app: <code>slipway logs ${app}</code>`,
  },
  'bad-answer': {
    status: 502,
    title: `${app} gave no usable answer`,
    text: `The app ${app} closed the connection before it had answered, or what it sent is not HTTP.`,
    advice: `If this is your app: <code>slipway logs ${app}</code>`,
  },
  'slow-answer': {
    status: 504,
    title: `${app} took too long`,
    text: `The app ${app} did not answer in time.`,
    advice: `If this is your app: <code>slipway logs ${app}</code>`,
  },
};

export const pageNames = Object.keys(pages) as PageName[];

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1.5rem;color:#222;background:#fff}' +
  'h1{font-size:1.5rem;margin:0 0 .5rem}p{margin:.5rem 0}small,code{color:#666}' +
  '@media(prefers-color-scheme:dark){body{color:#ddd;background:#161616}small,code{color:#999}}';

export function renderPage(name: PageName): string {
  const { status, title, text, advice } = pages[name];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${status} ${title}</title>
<style>${style}</style>
<h1>${title}</h1>
<p>${text}</p>
<p>${advice}</p>
<p><small>${status}, answered by Slipway</small></p>
</html>
`;
}
