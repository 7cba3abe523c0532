/** From what the user wrote after --port to an open link: the one place that knows the kinds of links. */
import { pacedLink } from './paced-link.js';
import { portAddress, type NetworkAddress, type NetworkKind } from './port-address.js';
import { PortFollower } from './port-follow.js';
import { rfc2217Link } from './rfc2217.js';
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

/**
 * Open the link the user named: a path, `tcp://host:port`, `rfc2217://host:port`, a USB `vvvv:pppp`, a serial number, a glob.
 * @throws UsageError for a name that cannot be one, or fits several ports; LinkError when it cannot be opened, or the
 *   signal aborts first (canceled)
 */
export async function openLink(spec: string, options: LinkOptions): Promise<SteadyLink> {
  const openLine = lineOpener(spec, options);
  const { clock, paceMs } = options;
  const link = new SteadyLink(spec, clock, async () => {
    const line = await openLine();
    if (!paceMs) return line;
    return {
      ...pacedLink(line, clock, paceMs),
      gone: line.gone,
      modemLines: async () => line.modemLines?.(),
      ...(line.pulse && { pulse: (which) => line.pulse!(which) }),
    };
  });
  await link.open(options.signal);
  return link;
}

const NETWORK: Readonly<Record<NetworkKind, (address: NetworkAddress, options: LinkOptions) => Promise<Line>>> = {
  tcp: tcpLink,
  rfc2217: rfc2217Link,
};

/** Names are looked up anew at each opening: an adapter that was unplugged may come back as another path. */
function lineOpener(spec: string, options: LinkOptions): () => Promise<Line> {
  const address = portAddress(spec);
  if (address.kind !== 'serial') return () => NETWORK[address.kind](address, options);
  const follower = new PortFollower(spec);
  return async () => {
    const path = await follower.path();
    const line = await serialLink(path, options);
    // Where the ports cannot be listed it is found by its name alone.
    await follower.opened(path).catch(() => undefined);
    return line;
  };
}
