/** What is read from an archive. The content is read whole, or not at all, before the next entry is asked for. */
export interface ArchiveEntry {
  /** As the archive has it: not checked. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'symlink' | 'hardlink' | 'other';
  readonly executable: boolean;
  /** Bytes of a file's content; no more will come. */
  readonly size: number;
  /** Of a link: as the archive has it. */
  readonly target: string;
  readonly content: AsyncIterable<Uint8Array>;
}

/** The bytes are no whole archive: `cut` ends too soon, `large` goes on beyond the limit, `invalid` is something else. */
export class ArchiveError extends Error {
  readonly kind: 'cut' | 'large' | 'invalid';

  constructor(kind: ArchiveError['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ArchiveError';
    this.kind = kind;
  }
}
