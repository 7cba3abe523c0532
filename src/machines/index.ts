/** The machines by name, as --machine takes them. */
import { UsageError } from '../seams/errors.js';
import { CPM } from './cpm.js';
import type { Machine } from './machine.js';
import { SCM } from './scm.js';

export const MACHINES: readonly Machine[] = [CPM, SCM];

export const MACHINE_NAMES: readonly string[] = MACHINES.map(({ name }) => name);

/** @throws UsageError for a name that is none */
export function machineNamed(name: string): Machine {
  const found = MACHINES.find((machine) => machine.name === name);
  if (found) return found;
  const list = MACHINES.map((machine) => `${machine.name} (${machine.title})`).join(', ');
  throw new UsageError(`there is no machine ${JSON.stringify(name)}`, { hint: `there are ${list}` });
}

/** The machine whose programs a driver of src/transfer brings. */
export function machineOfDriver(driver: string): Machine {
  return MACHINES.find(({ board }) => board?.drivers?.includes(driver)) ?? CPM;
}

/** The machine whose programs have such a name; undefined where it tells nothing. */
export function machineOfFile(path: string): Machine | undefined {
  const type = /\.([^./\\]+)$/.exec(path)?.[1]!.toUpperCase();
  return MACHINES.find(({ file }) => file.type === type);
}
