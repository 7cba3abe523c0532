/** A driver by its name, with what it brings to the board: programs of our own, assembled when they are needed. */
import { machineOfDriver } from '../machines/index.js';
import type { Machine } from '../machines/machine.js';
import { RefusedError } from '../seams/errors.js';
import type { FileStore } from '../seams/file-store.js';
import type { Driver } from '../transfer/drivers/driver.js';
import { createDriver, type DriverResources } from '../transfer/drivers/index.js';
import { assembleFor } from './board-programs.js';

/** What a driver may bring to the board: a source in firmware. */
const BRINGS: Readonly<Record<string, { what: keyof DriverResources; source: string }>> = {
  bootstrap: { what: 'receiver', source: 'recv/recv.asm' },
  download: { what: 'receiver', source: 'recv/recv.asm' },
  scm: { what: 'sums', source: 'monitor/sums.asm' },
};

/** @param name of a driver @throws UsageError where there is none of that name */
export async function makeDriver(files: FileStore, name: string): Promise<Driver> {
  const brings = BRINGS[name];
  if (brings === undefined) return createDriver(name);
  const image = await assembleFor(files, brings.source);
  return createDriver(name, { [brings.what]: () => image });
}

/** @throws RefusedError where a program for that machine cannot be started on the board */
export function mustRunOn(driver: Driver, machine: Machine, name: string): void {
  const there = machineOfDriver(driver.name);
  if (there === machine) return;
  throw new RefusedError(`${name} is for ${machine.title}, and this board is for ${there.title}`, {
    hint: `z80lm build MODEL -o X.${there.file.type} --machine ${there.name} makes a program for it`,
  });
}
