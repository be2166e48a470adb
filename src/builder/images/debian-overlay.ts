/** Files that are put over the Debian of mmdebstrap, with what each is for. Paths are relative to the root. */
export interface OverlayFile {
  readonly path: string;
  readonly text: string;
  readonly executable: boolean;
}

/**
 * Smaller layers for builds that install packages. The name is the one of the official image, because Dockerfiles that
 * keep packages in a cache mount delete it by that name.
 */
const aptSettings = `// Packages are not kept after they were installed, nor translations of their descriptions.
APT::Keep-Downloaded-Packages "false";
Acquire::Languages "none";
Acquire::GzipIndexes "true";
APT::AutoRemove::SuggestsImportant "false";
`;

/** Nothing starts services while packages are installed (policy-rc.d: invoke-rc.d(8)); 101 = not allowed. */
const noServices = `#!/bin/sh
exit 101
`;

export const debianOverlay: readonly OverlayFile[] = [
  { path: 'etc/apt/apt.conf.d/docker-clean', text: aptSettings, executable: false },
  { path: 'usr/sbin/policy-rc.d', text: noServices, executable: true },
  // mmdebstrap copies these two from this machine; they are nobody else's business, and Docker sets its own.
  { path: 'etc/resolv.conf', text: '', executable: false },
  { path: 'etc/hostname', text: '', executable: false },
];

export const debianDpkgOptions: readonly string[] = [
  // An image that breaks off half-way is thrown away: no need to wait for the disk at each package.
  'force-unsafe-io',
  'path-exclude=/usr/share/doc/*',
  'path-include=/usr/share/doc/*/copyright',
  'path-exclude=/usr/share/man/*',
  'path-exclude=/usr/share/info/*',
  'path-exclude=/usr/share/locale/*',
];
