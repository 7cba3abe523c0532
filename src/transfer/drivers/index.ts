/** The drivers by name, as --board takes them. */
import { UsageError } from '../../seams/errors.js';
import { cpmDriver } from './cpm.js';
import { downloadDriver } from './download.js';
import type { Driver } from './driver.js';
import { romwbwDriver } from './romwbw.js';
import { scmDriver } from './scm.js';

const DRIVERS: Readonly<Record<string, () => Driver>> = {
  romwbw: romwbwDriver,
  cpm: cpmDriver,
  download: downloadDriver,
  scm: scmDriver,
};

export const DRIVER_NAMES: readonly string[] = Object.keys(DRIVERS);

export function createDriver(name: string): Driver {
  const make = DRIVERS[name];
  if (make === undefined)
    throw new UsageError(`there is no driver for boards of the kind ${JSON.stringify(name)}`, {
      hint: `there are ${DRIVER_NAMES.join(', ')}; a file that describes a board ends in .json`,
    });
  return make();
}
