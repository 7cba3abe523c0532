/** One flight is one flash over a line with faults drawn from a seed; see test/transfer/fault-matrix.test.ts. */
import { boardTarget } from '../../src/transfer/board-target.js';
import { CpmLine } from '../../src/transfer/cpm-line.js';
import { romwbwDriver } from '../../src/transfer/drivers/romwbw.js';
import { Z80lmError } from '../../src/seams/errors.js';
import { FakeClock } from './fake-clock.js';
import { FakeCpm } from './fake-cpm.js';
import { seeded } from '../random.js';
import { flips, overrun } from './line-kinds.js';
import { linkPair, type LineOptions, type LinkPair } from './link-pair.js';
import { sx } from './sx.js';
import { WIRE_MS } from './wire-time.js';

export const OUTCOMES = [
  'arrived',
  'arrived after repeats',
  'clear failure, old file intact',
  'clear failure, new file under its temporary name',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface FaultResult {
  counts: Record<Outcome, number>;
  /** Flights that ended in any other way: seed and what happened. */
  wrong: { seed: number; what: string }[];
  /** Flights of which we said that they failed, and where `sx` has brought the right file to the same board. */
  onlySx: number[];
}

const OLD = new Uint8Array(300).fill(0xc9);
/** No flight may take longer: the slowest honest failure is ten tries on a block, in each of six transfers, and back. */
const LIMIT_MS = 4 * 3_600_000;
/** XM of RomWBW 2.9.1. */
const XM_BYTE_MS = 0.64;
/** Beside the faults of single bytes: what is wrong with the line as a whole. */
const KINDS = ['as it should be', 'no RTS', 'overshoot', 'one in 500', 'one in 700'] as const;

interface Plan {
  size: number;
  blockSize: 128 | 1024;
  toBoard: LineOptions;
  toHost: LineOptions;
  cutAtByte: number | undefined;
  diskWriteMs: number;
  corrupt: boolean;
  kind: (typeof KINDS)[number];
}

/** Each kind of fault by itself in some flights, mixed in others; one flight in three is over a line of another kind. */
function plan(seed: number): Plan {
  const next = seeded(seed);
  const pick = <T>(...choices: T[]): T => choices[Math.floor(next() * choices.length)]!;
  const line = (): LineOptions => {
    const kind = pick('none', 'flip', 'drop', 'double', 'insert', 'burst', 'mixed', 'lose ACKs');
    const rate = pick(0.00005, 0.0003, 0.002);
    const dice = seeded(seed * 7919 + Math.floor(next() * 1e6));
    let burst = 0;
    const fault = (byte: number): number[] => {
      if (burst > 0) {
        burst--;
        return [byte ^ Math.floor(dice() * 256)];
      }
      if (kind === 'lose ACKs') return byte === 0x06 && dice() < 0.05 ? [] : [byte];
      if (dice() >= rate) return [byte];
      const which = kind === 'mixed' ? ['flip', 'drop', 'double', 'insert'][Math.floor(dice() * 4)] : kind;
      if (which === 'flip') return [byte ^ (1 << Math.floor(dice() * 8))];
      if (which === 'drop') return [];
      if (which === 'double') return [byte, byte];
      if (which === 'insert') return [Math.floor(dice() * 256), byte];
      if (which === 'burst') burst = Math.floor(dice() * 60);
      return [byte];
    };
    return {
      msPerByte: WIRE_MS,
      latencyMs: pick(0, 1, 16),
      chunk: pick<LineOptions['chunk'] & {}>('whole', 1, { upTo: 64, seed }),
      ...(kind !== 'none' && { fault }),
    };
  };
  const size = pick(1, 128, 700, 2000, 5000);
  return {
    size,
    blockSize: pick(128, 1024),
    toBoard: line(),
    toHost: line(),
    cutAtByte: next() < 0.15 ? Math.floor(next() * (2 * size + 400)) : undefined,
    diskWriteMs: pick(0, 0, 3_000, 14_000),
    corrupt: next() < 0.05,
    kind: next() < 0.33 ? pick(...KINDS.slice(1)) : 'as it should be',
  };
}

/** The line and the board of a flight; the same each time for the same seed. */
function board(
  seed: number,
  brokenVerify: boolean,
): { clock: FakeClock; pair: LinkPair; cpm: FakeCpm; data: Uint8Array } {
  const { size, toBoard, toHost, cutAtByte, diskWriteMs, corrupt, kind } = plan(seed);
  const clock = new FakeClock();
  const next = seeded(seed + 1);
  const data = Uint8Array.from({ length: size }, () => Math.floor(next() * 256));
  const rate = { 'one in 500': 500, 'one in 700': 700 }[kind as string];
  if (rate !== undefined) {
    toBoard.fault = flips(rate, seed);
    toHost.fault = flips(rate, seed + 1);
  }
  const room =
    kind === 'no RTS' || kind === 'overshoot'
      ? overrun(clock, XM_BYTE_MS, kind === 'no RTS' ? Infinity : 20)
      : undefined;
  let carried = 0;
  const faulty = (byte: number, index: number): readonly number[] => {
    if (++carried === cutAtByte) queueMicrotask(() => pair.cut());
    const arriving = toBoard.fault?.(byte, index) ?? [byte];
    return room === undefined ? arriving : arriving.flatMap((one) => room(one, index));
  };
  const pair = linkPair(clock, { toB: { ...toBoard, fault: faulty }, toA: toHost });
  const cpm = new FakeCpm(pair.b, clock, {
    files: { 'CHAT.COM': OLD },
    diskWriteMs,
    ...((corrupt || brokenVerify) && {
      corrupt: (file: Uint8Array) => file.with(file.length >> 1, file[file.length >> 1]! ^ 4),
    }),
  });
  return { clock, pair, cpm, data };
}

const has = (cpm: FakeCpm, name: string, bytes: Uint8Array): boolean => {
  const file = cpm.files.get(name);
  return file !== undefined && Buffer.from(file.subarray(0, bytes.length)).equals(Buffer.from(bytes));
};

/** The same by `sx`, whose receiver a person has started. @returns whether the right file is there in the end */
async function bySx(seed: number): Promise<boolean> {
  const { clock, pair, cpm, data } = board(seed, false);
  const host = async (): Promise<void> => {
    try {
      const line = new CpmLine(pair.a, clock);
      await line.cleanPrompt();
      await line.command('A:');
      await line.typeLine('B:XM RX NEW.COM');
      await line.reader.seek([/Ctrl-X\r?\n/], 10_000);
      await sx(pair.a, clock, data);
      await clock.sleep(20_000);
    } catch {
      // Whatever came of it, the board has the file or not.
    } finally {
      cpm.stop();
    }
  };
  await clock.run(Promise.all([host(), cpm.run()]), LIMIT_MS);
  return has(cpm, 'NEW.COM', data);
}

async function flight(seed: number, brokenVerify: boolean): Promise<Outcome | string> {
  const { blockSize } = plan(seed);
  const { clock, pair, cpm, data } = board(seed, brokenVerify);
  let retries = 0;
  let error: unknown;
  const host = async (): Promise<void> => {
    try {
      const target = boardTarget(pair.a, romwbwDriver({ blockSize }), clock, { verify: !brokenVerify });
      for await (const step of target.load({ name: 'CHAT.COM', bytes: data })) retries = step.retries;
    } catch (thrown) {
      error = thrown;
    } finally {
      cpm.stop();
    }
  };
  try {
    await clock.run(Promise.all([host(), cpm.run()]), LIMIT_MS);
  } catch (hang) {
    return String(hang);
  }

  const holds = (name: string, bytes: Uint8Array): boolean => has(cpm, name, bytes);
  if (error === undefined) {
    if (!holds('CHAT.COM', data)) return 'success is told, and the file is wrong';
    return retries > 0 ? 'arrived after repeats' : 'arrived';
  }
  if (!(error instanceof Z80lmError)) return `crash: ${(error as Error).stack}`;
  if (holds('CHAT.COM', OLD) || holds('CHAT.COM', data)) return 'clear failure, old file intact';
  if (!cpm.files.has('CHAT.COM') && holds('Z80LM.$$$', data)) return 'clear failure, new file under its temporary name';
  return `failure (${error.message}), and the board has ${[...cpm.files.keys()].join(', ')}`;
}

export async function runFaults(options: {
  from: number;
  runs: number;
  /** Leave the verifying out, to see that the matrix notices. */
  brokenVerify?: boolean;
  /** Where we fail, try `sx`. */
  compare?: boolean;
}): Promise<FaultResult> {
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  const wrong: FaultResult['wrong'] = [];
  const onlySx: number[] = [];
  for (let seed = options.from; seed < options.from + options.runs; seed++) {
    const outcome = await flight(seed, options.brokenVerify ?? false);
    if ((OUTCOMES as readonly string[]).includes(outcome)) counts[outcome as Outcome]++;
    else wrong.push({ seed, what: outcome });
    // A cable that is pulled at a given byte is pulled at another moment for another sender; a disk is no sender's fault.
    const { cutAtByte, corrupt } = plan(seed);
    const same = cutAtByte === undefined && !corrupt && outcome.startsWith('clear failure');
    if (options.compare && same && (await bySx(seed))) onlySx.push(seed);
  }
  return { counts, wrong, onlySx };
}
