/**
 * The cable between a virtual board and this computer, which can be pulled and put back while the board runs on.
 *
 *     plugged     bytes pass; the board is there under `path`
 *     unplugged   nothing arrives, what the board says is lost, and whoever had the port open has lost it
 */
import type { Wire } from '../emu/board/realtime.js';

export interface OpenWire extends Wire {
  /** What to open at the other end: /dev/pts/7, tcp://127.0.0.1:2000. */
  readonly path: string;
  /** What its user should know: that it is of another kind than usual. */
  readonly remark?: string | undefined;
  close(): void;
}

export interface PlugOptions {
  open(): Promise<OpenWire>;
  /** Pull the cable when the board has been sent so many bytes. */
  unplugAfter?: number | undefined;
  /** And put it back after so many milliseconds; without it, never. */
  replugMs?: number | undefined;
  onPlug(wire: OpenWire): void;
  onUnplug(): void;
  /** It could not be put back: the TCP port is somebody else's now. */
  onRefused(error: unknown): void;
}

const NOTHING = new Uint8Array(0);

export class Plug implements Wire {
  private wire: OpenWire | undefined;
  private left: number;

  constructor(private readonly options: PlugOptions) {
    this.left = options.unplugAfter ?? Infinity;
  }

  /** @throws LinkError if this system cannot provide such a wire */
  async plug(): Promise<void> {
    this.wire ??= await this.options.open();
    this.options.onPlug(this.wire);
  }

  /** Put it back, and tell what opposes that. */
  replug(): void {
    this.plug().catch((error: unknown) => this.options.onRefused(error));
  }

  unplug(): void {
    this.close();
    this.options.onUnplug();
  }

  read(most: number): Uint8Array {
    const bytes = this.wire?.read(Math.min(most, this.left)) ?? NOTHING;
    this.left -= bytes.length;
    if (this.left === 0) this.pull();
    return bytes;
  }

  write(bytes: Uint8Array): number {
    return this.wire?.write(bytes) ?? bytes.length;
  }

  close(): void {
    this.wire?.close();
    this.wire = undefined;
  }

  private pull(): void {
    this.left = Infinity;
    this.unplug();
    const { replugMs } = this.options;
    if (replugMs !== undefined) setTimeout(() => this.replug(), replugMs).unref();
  }
}
