/** One dependency as it is written, `fastapi[standard] >=0.115 ; python_version > "3.9"` (PEP 508), as far as a plan asks. */
export interface Requirement {
  /** `fastapi`, or `psycopg[binary]` for each extra of it; in the spelling that all spellings of a name share (PEP 503). */
  readonly names: readonly string[];
  /** It is a folder, or a file, of the source. */
  readonly local: boolean;
  /** It is fetched by git. */
  readonly git: boolean;
}

export function parseRequirement(text: string): Requirement {
  const [, name = '', extras = ''] = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?/.exec(text) ?? [];
  const isPath = /^\s*(\.{0,2}\/|\.{1,2}(\[|\s|$)|file:)/.test(text) || /@\s*(file:|\.{0,2}\/)/.test(text);
  return {
    names: isPath && !text.includes('@') ? [] : namesOf(name, extras.split(',')),
    local: isPath,
    git: text.includes('git+'),
  };
}

/** A name with its extras, in their one spelling. */
export function namesOf(name: string, extras: readonly string[] = []): readonly string[] {
  const plain = normalized(name);
  const filled = extras.map((extra) => extra.trim()).filter((extra) => extra !== '');
  return [plain, ...filled.map((extra) => `${plain}[${normalized(extra)}]`)].filter((each) => each !== '');
}

function normalized(name: string): string {
  return name.replaceAll(/[-_.]+/g, '-').toLowerCase();
}
