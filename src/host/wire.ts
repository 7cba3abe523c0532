/**
 * What the virtual board's line ends in on this computer. Decided here and nowhere else:
 *
 *     a TCP port is named        that port
 *     a link is to be made       a pseudo-terminal or an error, for a TCP port has no file name
 *     neither                    a pseudo-terminal if the system has one, otherwise any free TCP port
 */
import { LinkError } from '../seams/errors.js';
import type { OpenWire } from './plug.js';
import { openPty } from './pty.js';
import { openTcpWire } from './tcp-wire.js';

export interface WireWishes {
  /** Listen on this TCP port; 0 takes any free one. */
  tcpPort?: number | undefined;
  /** Nothing but a pseudo-terminal will do. */
  ptyOnly?: boolean | undefined;
}

/** The wires there are; tests take one away. */
export interface Wires {
  pty(): Promise<OpenWire>;
  tcp(port: number): Promise<OpenWire>;
}

/** Opens the wire, and opens it again after each unplugging: a TCP port stays the same, whoever chose it. */
export function wireOpener(
  { tcpPort, ptyOnly }: WireWishes,
  wires: Wires = { pty: openPty, tcp: openTcpWire },
): () => Promise<OpenWire> {
  let port = tcpPort;
  let remark: string | undefined;
  const listen = async (): Promise<OpenWire> => {
    const wire = await wires.tcp(port!);
    port = Number(wire.path.split(':').at(-1));
    return { ...wire, remark };
  };
  return async () => {
    if (port !== undefined) return listen();
    try {
      return await wires.pty();
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      if (ptyOnly) throw withHint(error);
      remark = `no pseudo-terminal (${error.message}): the virtual board listens on TCP instead`;
      port = 0;
      return listen();
    }
  };
}

function withHint(error: LinkError): LinkError {
  return new LinkError(`no pseudo-terminal: ${error.message}`, {
    where: error.where,
    hint: 'omit --pty: the virtual board then listens on TCP (--tcp PORT chooses the port)',
    unavailable: true,
    cause: error,
  });
}
