/** What goes wrong in a timer or a key's handler while a screen is open: it would be printed there, and be lost with it. */
const EVENT = 'uncaughtException';

/**
 * @param work gives the terminal back before it ends
 * @param stop ends the work early
 * @throws the first defect, when the work is over
 */
export async function keepingDefects<T>(work: () => Promise<T>, stop: () => void): Promise<T> {
  const defects: unknown[] = [];
  const onDefect = (error: unknown): void => {
    defects.push(error);
    stop();
  };
  // The one that prints and exits at once is among them.
  const others = process.listeners(EVENT);
  process.removeAllListeners(EVENT).on(EVENT, onDefect);
  let result: T | undefined;
  try {
    result = await work();
  } catch (error) {
    defects.push(error);
  }
  process.off(EVENT, onDefect);
  for (const other of others) process.on(EVENT, other);
  if (defects.length > 0) throw defects[0];
  return result as T;
}
