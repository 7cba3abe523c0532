/** The machines by name, as --machine takes them. */
import { UsageError } from '../seams/errors.js';
import type { Program } from '../seams/target.js';
import { CPM } from './cpm.js';
import type { Image, Machine } from './machine.js';
import { SCM } from './scm.js';
import { ZX48 } from './zx48.js';

export const MACHINES: readonly Machine[] = [CPM, SCM, ZX48];

export { MACHINE_NAMES } from './names.js';

/** @throws UsageError for a name that is none */
export function machineNamed(name: string): Machine {
  const found = MACHINES.find((machine) => machine.name === name);
  if (found) return found;
  const list = MACHINES.map((machine) => `${machine.name} (${machine.title})`).join(', ');
  throw new UsageError(`there is no machine ${JSON.stringify(name)}`, { hint: `there are ${list}` });
}

/** The machine whose programs a driver of src/transfer brings. */
export function machineOfDriver(driver: string): Machine {
  return MACHINES.find(({ board }) => board?.driver === driver) ?? CPM;
}

/** The machine whose programs have such a name; undefined where it tells nothing. */
export function machineOfFile(path: string): Machine | undefined {
  const type = /\.([^./\\]+)$/.exec(path)?.[1]!.toUpperCase();
  return MACHINES.find(({ file }) => file.type === type);
}

/**
 * A program's file as it stands in memory; where its name tells no machine, it is taken for CP/M's.
 * @throws InputError where the file is not what its name says
 */
export function imageOf({ name, bytes }: Program): Image {
  return (machineOfFile(name) ?? CPM).file.decode(bytes, name);
}
