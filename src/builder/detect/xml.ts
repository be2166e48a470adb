interface Element {
  readonly name: string;
  text: string;
  /** By name, in their order. */
  readonly children: Map<string, unknown[]>;
}

/**
 * XML as the manifests of builds have it, told as JSON would: an element with others in it is a record, any other one
 * its text, and those of the same name are a list. Attributes are left out, no entity but the five of XML is known. It
 * takes time by the length of the text alone. Throws SyntaxError with the line.
 */
export function parseXml(text: string): Readonly<Record<string, unknown>> {
  const open: Element[] = [elementOf('')];
  for (let at = 0; at < text.length; ) at = readToken(text, at, open);
  const [top, unclosed] = open;
  if (unclosed) throw new SyntaxError(`<${unclosed.name}> is not closed`);
  return top ? recordOf(top) : {};
}

/** Reads what begins here, and tells where the next begins. */
function readToken(text: string, at: number, open: Element[]): number {
  if (text[at] !== '<') {
    const end = text.indexOf('<', at);
    const until = end === -1 ? text.length : end;
    addText(open, unescaped(text.slice(at, until)));
    return until;
  }
  const special = specials.find(({ start }) => text.startsWith(start, at));
  if (!special) return readTag(text, at, open);
  const end = text.indexOf(special.end, at + special.start.length);
  if (end === -1) throw mistake(`${special.start} has no end`, text, at);
  if (special.start === '<![CDATA[') addText(open, text.slice(at + special.start.length, end));
  return end + special.end.length;
}

const specials = [
  { start: '<!--', end: '-->' },
  { start: '<![CDATA[', end: ']]>' },
  { start: '<?', end: '?>' },
  { start: '<!', end: '>' },
];

function readTag(text: string, at: number, open: Element[]): number {
  const tag = /<(\/?)([\w:.-]+)(?:[^<>"'/]|"[^"]*"|'[^']*'|\/(?!>))*(\/?)>/y;
  tag.lastIndex = at;
  const [whole, closing, name = '', empty] = tag.exec(text) ?? [];
  if (whole === undefined) throw mistake('a tag has no end', text, at);
  if (closing !== '/') open.push(elementOf(name));
  if (closing === '/' || empty === '/') {
    const element = open.length > 1 ? open.pop() : undefined;
    if (element?.name !== name) throw mistake(`</${name}> closes nothing`, text, at);
    addChild(open, element);
  }
  return at + whole.length;
}

function elementOf(name: string): Element {
  return { name, text: '', children: new Map() };
}

function addText(open: readonly Element[], text: string): void {
  const element = open.at(-1);
  if (element) element.text += text;
}

function addChild(open: readonly Element[], child: Element): void {
  const { children } = open.at(-1) ?? child;
  const value = child.children.size === 0 ? child.text.trim() : recordOf(child);
  const same = children.get(child.name);
  if (same) same.push(value);
  else children.set(child.name, [value]);
}

function recordOf({ children }: Element): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Array.from(children, ([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replaceAll(/&(lt|gt|amp|quot|apos);/g, (_whole, name: string) => entities[name] ?? '');
}

function mistake(what: string, text: string, at: number): SyntaxError {
  return new SyntaxError(`${what}, at line ${text.slice(0, at).split('\n').length}`);
}
