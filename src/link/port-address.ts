/**
 * What a user may write after --port, read in one place:
 *
 *     tcp://HOST:PORT         a raw TCP server: ser2net, an emulator (IPv6 hosts in brackets)
 *     rfc2217://HOST:PORT     a telnet server whose serial port can be set from here: ser2net, esp-link
 *     anything else           a port of this computer: port-list.ts finds it
 */
import { UsageError } from '../seams/errors.js';

export const NETWORK_KINDS = ['tcp', 'rfc2217'] as const;
export type NetworkKind = (typeof NETWORK_KINDS)[number];

export interface NetworkAddress {
  kind: NetworkKind;
  host: string;
  port: number;
  /** The one way to write it: `tcp://board.local:2000`. */
  name: string;
}

export type PortAddress = NetworkAddress | { kind: 'serial'; spec: string };

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;
const FORMS = NETWORK_KINDS.map((kind) => `${kind}://HOST:PORT`).join(' or ');

/** @throws UsageError for a URL of another kind, or one that is no address */
export function portAddress(spec: string): PortAddress {
  const scheme = SCHEME.exec(spec)?.[1]?.toLowerCase();
  if (scheme === undefined) return { kind: 'serial', spec };
  const kind = NETWORK_KINDS.find((one) => one === scheme);
  if (kind === undefined)
    throw new UsageError(`links of the kind "${scheme}" are not known`, {
      where: spec,
      hint: `use a port like /dev/ttyUSB0, or ${FORMS}`,
    });
  const match = /^(?:\[([^\]]+)\]|([^:/[\]]+)):(\d+)\/?$/.exec(spec.slice(`${scheme}://`.length));
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65535)
    throw new UsageError(`"${spec}" is not an address`, { where: spec, hint: `write ${kind}://HOST:PORT` });
  const host = match[1] ?? match[2]!.toLowerCase();
  return { kind, host, port, name: `${kind}://${host.includes(':') ? `[${host}]` : host}:${port}` };
}
