/** The `serialport` library, loaded with the first port: its native part is missing on some computers. */
import { LinkError } from '../seams/errors.js';
import type * as Library from './serial-port.js';

/** @param where the port that is wanted, if it is one @throws LinkError (unavailable) if the native part does not load */
export async function serialLibrary(where?: string): Promise<typeof Library> {
  try {
    return await import('./serial-port.js');
  } catch (cause) {
    throw new LinkError('the serial port library has no binary for this computer', {
      ...(where !== undefined && { where }),
      unavailable: true,
      hint: 'serve the port with ser2net on another machine and use --port tcp://HOST:PORT',
      cause,
    });
  }
}
