/**
 * A port that went away comes back, perhaps as another path: ttyUSB0 is plugged in again and is ttyUSB1, or another adapter
 * has got the old name meanwhile. So what was opened first is remembered by what stays, its USB ids and its serial number,
 * and only that is opened again. What has no such thing (a built-in UART, a pseudo-terminal, a name that means a place in
 * the computer) is known by what the user wrote.
 */
import { realpathSync } from 'node:fs';
import { LinkError } from '../seams/errors.js';
import { attempt } from './port-access.js';
import { describePort, listPorts, nearMisses, resolvePort, type PortInfo } from './port-list.js';

/** /dev/serial/by-path: whatever is plugged in there is meant. */
const IS_PLACE = /\/by-path\//;

export class PortFollower {
  #first: { port: PortInfo; alike: number } | undefined;

  constructor(
    private readonly spec: string,
    private readonly list: () => Promise<PortInfo[]> = listPorts,
  ) {}

  /**
   * What to open now.
   * @throws UsageError and LinkError of `resolvePort`; LinkError (unavailable) where the adapter is not there again, or
   *   several are that cannot be told apart
   */
  async path(): Promise<string> {
    if (this.#first === undefined) return resolvePort(this.spec, this.list);
    const { port: first, alike } = this.#first;
    const ports = await this.list();
    const same = ports.filter((port) => isSame(port, first));
    const [only] = same;
    if (only === undefined)
      throw new LinkError(`${describePort(first)} is not there`, {
        where: first.path,
        unavailable: true,
        hint: nearMisses(ports),
      });
    if (same.length === 1 && alike === 1) return only.path;
    // Alike from the beginning (no serial numbers, or the ports of one adapter): only the name tells them apart.
    if (same.some((port) => port.path === first.path)) return first.path;
    throw new LinkError(`${describePort(first)} is not there, and cannot be told from others of its kind`, {
      where: first.path,
      unavailable: true,
      hint: nearMisses(ports),
    });
  }

  /** It was opened for the first time. */
  async opened(path: string): Promise<void> {
    if (this.#first !== undefined || IS_PLACE.test(this.spec)) return;
    const real = attempt(() => realpathSync(path)) ?? path;
    const ports = await this.list();
    const port = ports.find((one) => one.usb !== undefined && (one.path === real || one.path === path));
    if (port !== undefined) this.#first = { port, alike: ports.filter((other) => isSame(other, port)).length };
  }
}

const isSame = (one: PortInfo, other: PortInfo): boolean =>
  one.usb === other.usb && one.serialNumber === other.serialNumber;
