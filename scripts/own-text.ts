/** Text of this checkout, as it was committed: a work tree on Windows may have CR LF where the commit has LF. */
import { readFileSync } from 'node:fs';

export function ownText(path: string | URL): string {
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
}
