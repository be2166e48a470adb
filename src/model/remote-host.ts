/** What is wrong with `git.example.com` or `git.example.com:2222`, or undefined. */
export function remoteHostProblem(text: string): string | undefined {
  const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
  const fine =
    new RegExp(`^${label}(\\.${label})*(:[1-9]\\d{0,4})?$`, 'i').test(text) &&
    text.length <= 255 &&
    URL.canParse(`http://${text}/`);
  return fine
    ? undefined
    : 'A host looks like git.example.com, or git.example.com:2222 where it has another port';
}

/** A host as it is kept: in small letters, with its port where that is not the usual one. */
export function remoteHost(host: string, port: number, usual: number): string {
  return port === usual ? host.toLowerCase() : `${host.toLowerCase()}:${port}`;
}

/** Host and port of what a person typed. */
export function splitRemoteHost(
  text: string,
  usual: number,
): { readonly host: string; readonly port: number } {
  const [host = '', port] = text.toLowerCase().split(':');
  return { host, port: port === undefined ? usual : Number(port) };
}
