/**
 * Bring records to their places in the board's memory, over any line. Frames go without waiting; then the board's sums tell
 * which records are wrong, and these go again. How much goes at once, in frames of what size and how fast, follows from
 * what came through:
 *
 *     16 records, as a trial       all right   the rest in one go; that each frame was heard is enough then, for the
 *                                              sums of the file on the disk are still to come
 *                                  some wrong  shorter frames: one bad byte spoils less
 *                                  all wrong   frames of one record; then slower
 *
 * A line without flow control to a board that cannot keep up is such a line where all is wrong until it is slow enough.
 */
import { GROUP, RECORD, sumsOf } from './frames.js';
import type { HelperSession } from './session.js';

export const FILL_SETTINGS = {
  /** Few enough to lose little where nothing arrives, and enough to see a line that drops one byte in 500. */
  trialRecords: 16,
  /** Milliseconds per byte, from the line's own speed down to a slow CPU's behind a long BIOS. */
  pacesMs: [0, 0.2, 0.5, 1, 2, 5],
  /** How often in a row nothing may arrive at the slowest pace. */
  lostRounds: 3,
  /** In all: with half of the frames wrong each time, 60 KB need ten. */
  rounds: 60,
  /** Frames become shorter where more than this share of the records is wrong, and longer where none is. */
  wrongShare: 0.2,
};

/** How the line is to be treated, as found so far. */
export interface Manner {
  /** Records in a frame. */
  unit: number;
  /** Which of the paces. */
  pace: number;
  /** Records at once. */
  most: number;
}

export const firstManner = (): Manner => ({ unit: GROUP, pace: 0, most: FILL_SETTINGS.trialRecords });

export interface Filled {
  /** Records that went, of those asked for. */
  records: number;
  /** Frames that had to go again so far. */
  repeated: number;
}

/**
 * @param whole the file in whole records
 * @param wanted which records, in order
 * @param sure ask for the sums of all that was sent, also where each frame was heard
 */
export async function* fill(
  session: HelperSession,
  whole: Uint8Array,
  wanted: readonly number[],
  manner: Manner,
  sure: boolean,
): AsyncGenerator<Filled> {
  let missing = [...wanted];
  let lost = 0;
  let repeated = 0;
  for (let round = 0; missing.length > 0; round++) {
    if (round === FILL_SETTINGS.rounds) throw session.failed(`${missing.length} records do not get through`);
    const batch = missing.slice(0, manner.most);
    const isTrial = batch.length <= FILL_SETTINGS.trialRecords;
    const frames = framesOf(whole, batch, manner.unit);
    const paceMs = FILL_SETTINGS.pacesMs[manner.pace]!;
    const done = wanted.length - missing.length;
    let heard = 0;
    for await (heard of session.send(frames, paceMs))
      yield { records: Math.max(0, done) + Math.min(batch.length, heard * manner.unit), repeated };
    const wrong = !sure && !isTrial && heard >= frames.length ? [] : await wrongOf(session, whole, batch);
    missing = [...new Set([...wrong, ...missing.slice(batch.length)])].sort((a, b) => a - b);
    const again = wrong.filter((record) => batch.includes(record));
    repeated += framesOf(whole, again, manner.unit).length;
    lost = again.length === batch.length ? lost + 1 : 0;
    if (lost > FILL_SETTINGS.lostRounds && manner.pace === FILL_SETTINGS.pacesMs.length - 1)
      throw session.failed('nothing gets through, however slowly');
    adapt(manner, again.length / batch.length);
  }
}

function adapt(manner: Manner, wrongShare: number): void {
  if (wrongShare === 0) {
    manner.most = Infinity;
    manner.unit = Math.min(GROUP, manner.unit * 2);
  } else if (wrongShare === 1) {
    if (manner.unit === 1) manner.pace = Math.min(FILL_SETTINGS.pacesMs.length - 1, manner.pace + 1);
    manner.unit = 1;
    manner.most = FILL_SETTINGS.trialRecords;
  } else {
    if (wrongShare > FILL_SETTINGS.wrongShare) manner.unit = Math.max(1, manner.unit / 2);
    manner.most = Infinity;
  }
}

/** Runs of records behind each other, at most `unit` long. */
function framesOf(
  whole: Uint8Array,
  records: readonly number[],
  unit: number,
): { record: number; bytes: Uint8Array }[] {
  const frames: { record: number; count: number }[] = [];
  for (const record of records) {
    const last = frames.at(-1);
    if (last !== undefined && last.record + last.count === record && last.count < unit) last.count++;
    else frames.push({ record, count: 1 });
  }
  return frames.map(({ record, count }) => ({
    record,
    bytes: whole.subarray(record * RECORD, (record + count) * RECORD),
  }));
}

/** Which of these records the board's memory has not as they should be: first its groups are asked for, then records. */
export async function wrongOf(
  session: HelperSession,
  whole: Uint8Array,
  records: readonly number[],
): Promise<number[]> {
  const groups = [...new Set(records.map((record) => Math.floor(record / GROUP)))];
  const badGroups: number[] = [];
  for (const [first, count] of runsOf(groups)) {
    const from = first * GROUP;
    const bytes = whole.subarray(from * RECORD, (first + count) * GROUP * RECORD);
    const said = await session.memorySums('groups', from, bytes.length / RECORD);
    sumsOf(bytes).forEach((due, n) => said[n] !== due && badGroups.push(first + n));
  }
  const wrong: number[] = [];
  for (const [first, count] of runsOf(badGroups)) {
    const from = first * GROUP;
    const bytes = whole.subarray(from * RECORD, (first + count) * GROUP * RECORD);
    const said = await session.memorySums('records', from, bytes.length / RECORD);
    sumsOf(bytes, 1).forEach((due, n) => said[n] !== due && wrong.push(from + n));
  }
  return wrong;
}

/** Numbers in order as runs: first, how many. */
function runsOf(numbers: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === number) last[1]++;
    else runs.push([number, 1]);
  }
  return runs;
}
