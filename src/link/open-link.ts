/** From what the user wrote after --port to an open link: the one place that knows the kinds of links. */
import { UsageError } from '../seams/errors.js';
import { pacedLink } from './paced-link.js';
import { resolvePort } from './port-list.js';
import { serialLink } from './serial-link.js';
import type { SerialOptions } from './serial-options.js';
import { SteadyLink, type Line } from './steady-link.js';
import { tcpLink } from './tcp-link.js';

export interface LinkOptions extends SerialOptions {
  /** Milliseconds from one byte to the next; 0 = as fast as the wire goes. */
  paceMs?: number;
  /** Calls the opening off. */
  signal?: AbortSignal;
}

/** `tcp://host:port`, with IPv6 hosts in brackets. */
function tcpAddress(spec: string): { host: string; port: number } {
  const match = /^tcp:\/\/(?:\[([^\]]+)\]|([^:/[\]]+)):(\d+)\/?$/i.exec(spec);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65535)
    throw new UsageError(`"${spec}" is not an address`, { where: spec, hint: 'write tcp://HOST:PORT' });
  return { host: match[1] ?? match[2]!, port };
}

/**
 * Open the link the user named: a path, `tcp://host:port`, a USB `vvvv:pppp`, a serial number, a glob.
 * @throws UsageError for a name that cannot be one, or fits several ports; LinkError when it cannot be opened, or the
 *   signal aborts first (canceled)
 */
export async function openLink(spec: string, options: LinkOptions): Promise<SteadyLink> {
  const openLine = lineOpener(spec, options);
  const { clock, paceMs } = options;
  const link = new SteadyLink(spec, clock, async () => {
    const line = await openLine();
    if (!paceMs) return line;
    return { ...pacedLink(line, clock, paceMs), gone: line.gone, modemLines: async () => line.modemLines?.() };
  });
  await link.open(options.signal);
  return link;
}

/** Names are looked up anew at each opening: an adapter that was unplugged may come back as another path. */
function lineOpener(spec: string, options: LinkOptions): () => Promise<Line> {
  if (/^tcp:\/\//i.test(spec)) {
    const { host, port } = tcpAddress(spec);
    return () => tcpLink(host, port, options);
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(spec))
    throw new UsageError(`links of the kind "${spec.split(':')[0]}" are not known`, {
      where: spec,
      hint: 'use a port like /dev/ttyUSB0, or tcp://HOST:PORT',
    });
  return async () => serialLink(await resolvePort(spec), options);
}
