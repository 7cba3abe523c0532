/**
 * A flash with the helper (firmware/helper) that is on the board, whatever other receivers are there. Flash asks for it
 * when it has the prompt; without a helper, or where it fails, the board's own way goes on as if nothing had been tried.
 *
 *     A:Z80LMH            is it there, ours, of our version          else, with consent, it is brought the board's own way
 *     sums of the old     all as they should be: done, nothing is sent
 *     what differs        into the board's memory
 *     write, sums         of what is on the disk, under a temporary name
 *     change places       the old one out, the new one in
 */
import { RefusedError, TransferError } from '../../seams/errors.js';
import { crc32 } from '../../seams/crc32.js';
import { DISK_ERROR } from '../../seams/prompt.js';
import type { LoadProgress } from '../../seams/target.js';
import type { CpmLine } from '../cpm-line.js';
import { padded } from '../file-sums.js';
import { fill, firstManner, wrongOf } from '../helper/fill.js';
import { GROUP, MOST_SUMS, RECORD, STATUS, sumsOf, VERSION, type Sums } from '../helper/frames.js';
import { HELPER_SETTINGS, HelperFailed, HelperSession, leaveHelper } from '../helper/session.js';
import { FINISH_MS, Flash, TEMPORARY, withState } from './cpm-flash.js';

/** Its name on the board. */
export const HELPER_NAME = 'Z80LMH';
/** How often a file is written whose sums on the disk are not as they should be. */
const WRITES = 3;
/** Where none of so many groups at the beginning is as it was, it is another program, and what follows is not looked at. */
const HEAD_GROUPS = 2;

export interface HelperOptions {
  /** The program as this z80lm has it: whole records. Called when there is one on the board, or one to be brought. */
  image(): Promise<Uint8Array>;
  /** The user has agreed that it is brought to the board, and stays there. */
  bring: boolean;
}

/** What became of it: nothing yet, not on the board, used, used and found the very program there; or why not. */
export type HelperOutcome = 'untried' | 'absent' | 'used' | 'same' | { without: string };

/** Puts a proven program in its place; false where the flash has to do that its own way. */
export type Finish = () => Promise<boolean>;

type Found = 'absent' | 'foreign' | 'old' | HelperSession;

/** Is it there, and what does it say it is? Ends at the prompt unless it is ours. For one flash. */
export class Helper {
  outcome: HelperOutcome = 'untried';
  /** It was not there, or not this one, and is now. */
  brought = false;

  constructor(private readonly options: HelperOptions) {}

  /**
   * @param drive where the program goes; the line is at its prompt, with that drive logged
   * @returns how to finish, when the new program is on the board and proven; undefined to go on without the helper
   */
  async *flash(flash: Flash, file: string, drive: string): AsyncGenerator<LoadProgress, Finish | undefined> {
    try {
      const session = yield* this.#session(flash, drive);
      return session && (yield* this.#deliver(flash, session, file, drive));
    } catch (error) {
      if (!(error instanceof HelperFailed)) throw error;
      await this.#leave(flash, flash.line, error.message);
      this.outcome = { without: error.message };
      return undefined;
    }
  }

  async *#session(flash: Flash, drive: string): AsyncGenerator<LoadProgress, HelperSession | undefined> {
    yield flash.step('prepare', 'looking for the helper');
    let found = await this.#find(flash, drive);
    if (this.options.bring && (found === 'absent' || found === 'old')) {
      try {
        yield* this.#bring(flash, drive);
      } catch (error) {
        // The program may get there all the same.
        const isNews =
          !(error instanceof TransferError || error instanceof RefusedError) || flash.options.signal?.aborted;
        if (isNews || (error instanceof TransferError && error.reason.disconnected)) throw error;
        this.outcome = { without: `it could not be brought: ${error.message}` };
        return undefined;
      }
      found = await this.#open(flash, drive);
    }
    if (found instanceof HelperSession) return found;
    const reasons = {
      absent: 'absent',
      old: { without: `the ${HELPER_NAME} on the board is another version, or damaged; --helper brings this one` },
      foreign: { without: `the ${HELPER_NAME} on the board does not answer as the helper does` },
    } as const;
    this.outcome = reasons[found];
    return undefined;
  }

  /** On the drive of the program, where it was brought to, or on A:. */
  async #find(flash: Flash, drive: string, line = flash.line): Promise<Found> {
    for (const place of new Set([drive, 'A'])) {
      const found = await this.#open(flash, place, line);
      if (found !== 'absent') return found;
    }
    return 'absent';
  }

  /** Start it: whatever has its name runs, and must say what it is. */
  async #open(flash: Flash, drive: string, line = flash.line): Promise<Found> {
    await line.typeLine(`${drive}:${HELPER_NAME}`, () => this.#listens(flash));
    const signs = [/Z80LMH (\d+)\r\n/, /Z80LMH\?/i, DISK_ERROR];
    const sign = await line.reader.seek(signs, HELPER_SETTINGS.startMs);
    if (sign.index === 0 && Number(sign.groups[1]) === VERSION) {
      const session = new HelperSession(line);
      const { crc, version } = await session.hello();
      if (version === VERSION && crc === crc32(await this.options.image())) return session;
    }
    if (sign.index === 1 && (await line.promptAfter(HELPER_SETTINGS.promptMs)) !== undefined) this.#rests(flash);
    else await this.#leave(flash, line, 'text' in sign ? sign.text : '');
    return sign.index === 0 ? 'old' : sign.index === -1 ? 'foreign' : 'absent';
  }

  /** The board's own way, for a program of ours that stays. */
  async *#bring(flash: Flash, drive: string): AsyncGenerator<LoadProgress> {
    const program = { name: `${drive}:${HELPER_NAME}.COM`, bytes: await this.options.image() };
    const { signal } = flash.options;
    const bringing = new Flash(flash.method, flash.bare, program, { ...(signal && { signal }) });
    for await (const { phase, step, endsWithinMs } of bringing.run())
      if (phase !== 'done')
        yield {
          ...flash.step('prepare', `bringing the helper: ${step}`),
          ...(endsWithinMs !== undefined && { endsWithinMs }),
        };
    this.brought = true;
  }

  async *#deliver(
    flash: Flash,
    session: HelperSession,
    file: string,
    drive: string,
  ): AsyncGenerator<LoadProgress, Finish | undefined> {
    const whole = padded(flash.program.bytes);
    const due = sumsOf(whole);
    const records = whole.length / RECORD;
    const { capacity } = await session.hello();
    if (records >= capacity || due.length > MOST_SUMS)
      throw session.failed(`${records} records are more than its memory holds, ${capacity}`);
    yield flash.step('prepare', 'comparing with what is there');
    const head = due.slice(0, HEAD_GROUPS);
    let old = await session.oldSums(drive, file, head.length * GROUP);
    if (head.some((sum, group) => sum === old.sums[group])) old = await session.oldSums(drive, file, capacity);
    if (old.status === STATUS.readOnly) throw session.failed(`the ${file} on the board is read-only`);
    const differ = due.flatMap((sum, group) => (old.sums[group] === sum ? [] : [group]));
    if (differ.length === 0 && old.records === records) {
      this.outcome = 'same';
      yield flash.step('verify', 'the same program is there', flash.program.bytes.length);
      return () => this.#end(flash, session, file, drive);
    }
    yield* this.#fillAndWrite(flash, session, whole, differ, drive);
    this.outcome = 'used';
    const now =
      old.status === STATUS.noFile
        ? `${file} is on the board, proven, or still as ${TEMPORARY}, or not there yet`
        : `the ${file} on the board is the new one, proven, or still the old one, or gone with the new one there as ${TEMPORARY}`;
    return () => this.#place(flash, session, file, drive, now);
  }

  async *#fillAndWrite(
    flash: Flash,
    session: HelperSession,
    whole: Uint8Array,
    differ: readonly number[],
    drive: string,
  ): AsyncGenerator<LoadProgress> {
    const total = whole.length / RECORD;
    const bytes = (records: number): number => Math.min(flash.program.bytes.length, records * RECORD);
    const manner = firstManner();
    const recordsOf = (groups: readonly number[]): number[] =>
      groups
        .flatMap((group) => Array.from({ length: GROUP }, (_, n) => group * GROUP + n))
        .filter((record) => record < total);
    let wanted = recordsOf(differ);
    const same = total - wanted.length;
    const { verify = true } = flash.options;
    for (let writes = 1; ; writes++) {
      const before = flash.retries;
      for await (const { records, repeated } of fill(session, whole, wanted, manner, !verify || writes > 1)) {
        flash.retries = before + repeated;
        yield flash.step('send', 'sending', bytes(writes > 1 ? total : same + records));
      }
      yield flash.step('send', 'writing', bytes(total));
      flash.temporaries.add(`${drive}:${TEMPORARY}`);
      this.#written(flash, await session.write(drive, TEMPORARY, total));
      if (!verify) return;
      yield flash.step('verify', 'proving what is on the disk');
      const wrong = wrongGroups(await session.diskSums(drive, TEMPORARY), whole);
      if (wrong.length === 0) return;
      flash.retries++;
      wanted = await wrongOf(session, whole, recordsOf(wrong));
      if (writes === WRITES || (wanted.length === 0 && writes > 1))
        throw new RefusedError(`what is on the disk differs from byte ${wrong[0]! * GROUP * RECORD} on`, {
          where: flash.line.link.name,
          hint: 'the disk does not keep what is written to it: try another drive or card',
        });
    }
  }

  /** @throws TransferError where the disk has not taken it */
  #written(flash: Flash, status: number): void {
    if (status === STATUS.ok) return;
    const why = {
      [STATUS.directoryFull]: "the disk's directory is full",
      [STATUS.diskFull]: 'the disk is full',
    }[status];
    throw flash.error(`the board did not take the file: ${why ?? 'it cannot be closed'}`, why && 'erase some files');
  }

  /** To its end whatever the signal says. @param now what is on the board if that is not known */
  async #place(flash: Flash, session: HelperSession, file: string, drive: string, now: string): Promise<boolean> {
    const place = async (line: CpmLine): Promise<boolean> => {
      session.line = line;
      let isPlaced = false;
      let why = '';
      try {
        isPlaced = (await session.place(drive, file)) === STATUS.ok;
        if (isPlaced) {
          await session.end(drive, TEMPORARY);
          this.#rests(flash);
          return true;
        }
      } catch (error) {
        if (!(error instanceof HelperFailed)) throw error;
        why = error.message;
      }
      await this.#leave(flash, line, why);
      if (isPlaced) return true;
      if (await line.has(TEMPORARY)) return false;
      // Either it has its name, and the answer was lost; or it was never heard, and the helper has erased it at its end.
      if (await this.#isThere(flash, line, file, drive)) return true;
      throw flash.error(`${TEMPORARY} is gone, and ${file} is not seen to be the new program`);
    };
    try {
      return await flash.bare.within(FINISH_MS, `${TEMPORARY} to be put in its place`, place);
    } catch (error) {
      throw withState(error, now);
    }
  }

  /** Is the file on the disk this very program, by its sums? */
  async #isThere(flash: Flash, line: CpmLine, file: string, drive: string): Promise<boolean> {
    try {
      const session = await this.#find(flash, drive, line);
      if (!(session instanceof HelperSession)) return false;
      const wrong = wrongGroups(await session.diskSums(drive, file), padded(flash.program.bytes));
      await this.#leave(flash, line);
      return wrong.length === 0;
    } catch (error) {
      if (!(error instanceof HelperFailed)) throw error;
      await this.#leave(flash, line, error.message);
      return false;
    }
  }

  /** Nothing was changed, but what an earlier failure may have left is erased. */
  async #end(flash: Flash, session: HelperSession, file: string, drive: string): Promise<boolean> {
    session.line = flash.bare;
    try {
      await session.end(drive, TEMPORARY).catch(async (error: unknown) => {
        if (!(error instanceof HelperFailed)) throw error;
        await this.#leave(flash, flash.bare);
      });
      this.#rests(flash);
    } catch (error) {
      throw withState(error, `the ${file} on the board is this very program`);
    }
    return true;
  }

  #listens(flash: Flash): void {
    flash.listening = true;
    flash.release = leaveHelper;
  }

  #rests(flash: Flash): void {
    flash.listening = false;
    flash.release = undefined;
  }

  /** @param why what it has failed with: a disk error is left by ^C, for any other key goes on as if there were none */
  async #leave(flash: Flash, line = flash.line, why = ''): Promise<void> {
    if (DISK_ERROR.test(why)) await line.warmBoot();
    else await leaveHelper(line);
    this.#rests(flash);
  }
}

function wrongGroups({ records, sums }: Sums, whole: Uint8Array): number[] {
  const due = sumsOf(whole);
  const wrong = due.flatMap((sum, group) => (sums[group] === sum ? [] : [group]));
  if (wrong.length === 0 && records !== whole.length / RECORD) return [due.length - 1];
  return wrong;
}
