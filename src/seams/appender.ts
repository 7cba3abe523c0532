/** A file that grows: what the file store, which knows only whole files, cannot do. */
export interface Appender {
  /** Add it to the end, in one write. @throws InputError naming the path (disk full, no permission) */
  append(data: string | Uint8Array): void;
  /** @throws InputError where the system could not keep what it had taken */
  close(): void;
}
