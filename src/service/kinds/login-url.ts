import type { ServiceLogin } from '../../model/service.ts';

/** `scheme://user:password@host:port/database`, all parts escaped as a URL wants them. */
export function loginUrl(
  scheme: string,
  { user, password, database }: ServiceLogin,
  at: { readonly host: string; readonly port: number },
): string {
  const who = [user, password.reveal()].map(encodeURIComponent).join(':');
  const path = database === '' ? '' : `/${encodeURIComponent(database)}`;
  return `${scheme}://${who}@${at.host}:${at.port}${path}`;
}
