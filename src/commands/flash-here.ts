/** A flash on a line that is open already: the console lends it, and goes on when this is over. */
import { nodeClock as clock } from '../host/node-clock.js';
import { isText } from '../console/typed.js';
import { heeding } from '../link/wait.js';
import type { SteadyLink } from '../link/steady-link.js';
import { latin1 } from '../seams/bytes.js';
import { machineOfDriver, machineOfFile } from '../machines/index.js';
import type { Host } from '../seams/prompt.js';
import { isProven } from '../seams/target.js';
import { boardTarget } from '../transfer/board-target.js';
import { recogniseBoard } from '../transfer/recognise.js';
import { makeDriver } from './make-driver.js';
import type { Shell } from './shared.js';

/** What is always a program, whatever bytes it begins with. */
const PROGRAM = /\.(?:com|mnd)$/i;

/** Typed at a prompt, each line of such a file would be taken for a command. */
export function canBeTyped(file: string, bytes: Uint8Array): boolean {
  return !PROGRAM.test(file) && isText(latin1(bytes));
}

/**
 * Whose prompt it is that ends the text, where what it starts is such a file: that is a program for it, and a loader that does
 * not echo would be typed to for an hour.
 */
export function hostFor(file: string, text: string): Host | undefined {
  const host = machineOfFile(file)?.board?.host;
  return host?.isAt(text) ? host : undefined;
}

/**
 * Find out who is there, send the file under its own name, and prove it.
 * @returns what to say
 * @throws UsageError for a name that CP/M does not take; what recognising and flashing throw, canceled by `signal`
 */
export async function flashHere(shell: Shell, link: SteadyLink, file: string, signal: AbortSignal): Promise<string> {
  // Here, for flash --run has this console.
  const { boardName, nameOf, tellState } = await import('./flash.js');
  const bytes = shell.files.read(file);
  const types = [file.split('.').at(-1)!.toUpperCase()];
  const name = nameOf(file, types);
  const onState = tellState(shell, link);
  const driver = await makeDriver(shell.files, await recogniseBoard(heeding(link, signal), clock, { onState }));
  if (machineOfDriver(driver.name).board?.keepsPrograms) boardName(name, types);
  const started = clock.now();
  const progress = shell.progress(name, bytes.length);
  let size = bytes.length;
  let verified = false;
  let doubt: string | undefined;
  try {
    for await (const step of boardTarget(link, driver, clock, { signal }).load({ name, bytes })) {
      size = step.totalBytes;
      progress.update(step.doneBytes, step.step);
      verified = isProven(step, verified);
      doubt ??= step.doubt;
    }
  } finally {
    progress.stop();
  }
  const words = verified && doubt === undefined ? ', verified' : doubt === undefined ? '' : `; not verified: ${doubt}`;
  return `${name}: ${size} bytes on the board in ${((clock.now() - started) / 1000).toFixed(1)} s${words}`;
}
