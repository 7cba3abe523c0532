/** The drivers by name, as --board takes them. */
import { UsageError } from '../../seams/errors.js';
import { bootstrapDriver } from './bootstrap.js';
import { cpmDriver } from './cpm.js';
import { downloadDriver } from './download.js';
import type { Driver } from './driver.js';
import { romwbwDriver } from './romwbw.js';
import { DRIVER_NAMES, type DriverName } from './names.js';
import { scmDriver } from './scm.js';

/** What a driver may need that this layer cannot make. */
export interface DriverResources {
  /** firmware/recv, assembled: for boards that have no receiver, or one that asks for nothing again. */
  receiver?: () => Uint8Array;
  /** firmware/monitor/sums.asm, assembled: without it a monitor's memory is read back by dumps, which takes a minute. */
  sums?: () => Uint8Array;
}

const noReceiver = (): never => {
  throw new UsageError('there is no receiver here to bring to the board', {
    hint: 'use z80lm flash --board bootstrap',
  });
};

export { DRIVER_NAMES };

const DRIVERS: Readonly<Record<DriverName, (resources: DriverResources) => Driver>> = {
  romwbw: () => romwbwDriver(),
  cpm: cpmDriver,
  download: ({ receiver }) => downloadDriver(receiver),
  scm: scmDriver,
  bootstrap: ({ receiver = noReceiver }) => bootstrapDriver(receiver),
};

/** @throws UsageError for a name that is none */
export function createDriver(name: string, resources: DriverResources = {}): Driver {
  const known = DRIVER_NAMES.find((one) => one === name);
  if (known === undefined)
    throw new UsageError(`there is no driver for boards of the kind ${JSON.stringify(name)}`, {
      hint: `there are ${DRIVER_NAMES.join(', ')}; a file that describes a board ends in .json`,
    });
  return DRIVERS[known](resources);
}
