/** Text of a source file's bytes: UTF-8, or Latin-1 where it is none, so that old files are read as they are. */
export function decodeSource(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}
