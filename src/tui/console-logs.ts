/** Both consoles in files, for as long as the user wants it. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { makeFolder } from '../host/make-folder.js';
import { explain } from '../host/node-files.js';
import { roomToWrite } from '../host/room-to-write.js';
import type { Side } from '../pipeline/events.js';

export class ConsoleLogs {
  #streams: Record<Side, WriteStream> | undefined;

  /**
   * @param folder where console-emulator.log and console-board.log are begun or gone on with; made, if there is none yet
   * @param onError told once of a file that cannot be written
   * @throws InputError where there is no such folder and none can be made
   */
  async open(folder: string, onError: (error: Error) => void): Promise<void> {
    await this.close();
    try {
      makeFolder(folder);
    } catch (error) {
      throw explain(folder, error, 'write');
    }
    const open = (side: Side): WriteStream => {
      const path = `${folder}/console-${side}.log`;
      return createWriteStream(path, { flags: 'a' }).on('error', (error) =>
        onError(explain(path, error, 'write') as Error),
      );
    };
    this.#streams = { emulator: open('emulator'), board: open('board') };
  }

  write(side: Side, bytes: Uint8Array): void {
    this.#streams?.[side].write(bytes);
  }

  /** Resolves when the disk has kept up, or failed. */
  async room(): Promise<void> {
    for (const stream of Object.values(this.#streams ?? {})) await roomToWrite(stream);
  }

  /** Resolves when all is written, or cannot be. */
  async close(): Promise<void> {
    const streams = Object.values(this.#streams ?? {});
    this.#streams = undefined;
    for (const stream of streams)
      await new Promise<void>((resolve) => {
        if (stream.destroyed) return resolve();
        stream.once('close', resolve).end();
      });
  }
}
