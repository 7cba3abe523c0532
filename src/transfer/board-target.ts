/** A board on a link as a Target: real time, a transfer to load, no T-states. */
import type { ByteLink } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';
import { UsageError } from '../seams/errors.js';
import type { Target } from '../seams/target.js';
import { CpmLine } from './cpm-line.js';
import type { Driver, FlashOptions } from './drivers/driver.js';
import { EchoedKeyboard } from './echoed-keyboard.js';

export interface BoardTargetOptions extends FlashOptions {
  /** A program that is on the board already, to start without loading. */
  program?: string;
}

/** `close` leaves the link open: it belongs to whoever opened it. */
export function boardTarget(link: ByteLink, driver: Driver, clock: Clock, options: BoardTargetOptions = {}): Target {
  const bare = new CpmLine(link, clock);
  const line = bare.heeding(options.signal);
  const keyboard = driver.keyboard === 'echoed' ? new EchoedKeyboard(line.link, clock) : undefined;
  let loaded = options.program;
  return {
    name: link.name,
    abilities: { tStates: false, transfer: true, realTime: true },
    host: driver.host,
    async *load(program) {
      // With the bare line: a transfer that is called off has to tidy up.
      yield* driver.flash(bare, program, options);
      loaded = program.name;
    },
    async start(tail, name = loaded) {
      if (name === undefined) throw new UsageError('no program is on the board yet', { where: link.name });
      keyboard?.forget();
      await driver.start(line, name, tail);
    },
    type: (bytes) => (keyboard ?? line.keyboard).write(bytes),
    read: (timeoutMs) => (keyboard ?? line.link).read(timeoutMs),
    close: async () => undefined,
  };
}
