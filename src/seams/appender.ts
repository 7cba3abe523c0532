/** A file that grows: what the file store, which knows only whole files, cannot do. */
export interface Appender {
  /** Add text to the end, in one write. @throws InputError naming the path (disk full, no permission) */
  append(text: string): void;
  close(): void;
}
