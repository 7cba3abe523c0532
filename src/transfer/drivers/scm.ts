/**
 * The Small Computer Monitor: a program that needs no CP/M, as Intel HEX, into memory (scm-line.ts draws what is said).
 *
 *     bring the sums' routine       above the program, shown by M; run it: which blocks are there already? (scm-proof.ts)
 *     send what differs             all that the monitor says of damage is that there was some; so
 *     run it again                  until no block differs
 *     G 8000                        starts it; RET comes back to *
 *
 * Where the program leaves no room for the routine, or the board has no memory there, M shows all of it instead, which takes
 * twice as long as sending. ROM (0000-7FFF) takes records and says Ready all the same; so does what is no memory.
 */
import { LinkError, RefusedError, TransferError } from '../../seams/errors.js';
import { parseHexProgram, type HexProgram, type Segment } from '../../seams/intel-hex.js';
import { SCM_HOST } from '../../seams/prompt.js';
import type { LoadPhase, LoadProgress, Program } from '../../seams/target.js';
import { counted, hex16, hex4 } from '../../seams/words.js';
import type { CpmLine } from '../cpm-line.js';
import { blocksOf, finish, Dumps, Sums, type Proof } from '../scm-proof.js';
import { OUT_OF_RECORD, ScmLine } from '../scm-line.js';
import { withState } from './cpm-flash.js';
import type { Driver, FlashOptions } from './driver.js';

/** A program's; what is above is the monitor's own. */
const RAM = { from: 0x8000, end: 0xfc00 };

const SETTINGS = {
  /** Rounds of sending what is not right yet: on a line that damages a byte in 2,000 six are enough. */
  rounds: 12,
  /** How often a block is sent that the monitor found right, and is not: then M tells where memory keeps no byte. */
  cleanTries: 2,
  /** To the prompt, once interrupted. It comes at once; a record that was begun ends with 560 digits. */
  tidyMs: 5_000,
};

/**
 * What is true of the board's memory where a flash ends early. The sums' routine lies where a program that has run keeps its
 * buffers and unpacked lists: started once more it would work with what the routine left there.
 */
const LEFT = {
  untouched: 'no program was sent',
  routine:
    "the program in the board's memory may not run right any more, as what it works with was written over: flash it again",
  part: "what is in the board's memory now may not be the whole program",
};

/** @param sums firmware/monitor/sums.asm, assembled; without it all is read back by M */
export function scmDriver({ sums }: { sums?: (() => Uint8Array) | undefined } = {}): Driver {
  let entry = RAM.from;
  return {
    name: 'scm',
    title: 'Small Computer Monitor',
    host: SCM_HOST,
    keyboard: 'echoed',
    async *flash(line, program, options) {
      const hex = checked(program);
      ({ entry } = hex);
      yield* new Load(line, inOrder(hex.segments), options, sums).run();
    },
    async start(line, _name, tail) {
      if (tail !== '')
        throw new RefusedError('the monitor gives programs no command tail', {
          where: line.link.name,
          hint: 'type it when the program asks',
        });
      const monitor = new ScmLine(line);
      await monitor.toPrompt();
      await monitor.command(`G ${hex4(entry)}`);
    },
  };
}

/**
 * @throws RefusedError where the program cannot run without CP/M
 * @throws InputError where the file holds no program
 */
function checked(program: Program): HexProgram {
  const { name, bytes } = program;
  const [type] = /[^.]*$/.exec(name)!;
  if (type.toUpperCase() !== 'HEX')
    throw new RefusedError(`this board is at its monitor, and a .${type} needs CP/M`, {
      where: name,
      hint: 'z80lm build MODEL -o X.HEX --machine scm makes a program for the monitor; with a CF card, type CPM at the * prompt (z80lm console), then flash this one again',
    });
  const hex = parseHexProgram(bytes, name);
  const { segments } = hex;
  const low = segments.find(({ address }) => address < RAM.from);
  if (low !== undefined)
    throw new RefusedError(`the program wants to be at ${hex16(low.address)}, where this board has ROM`, {
      where: name,
      hint: 'RAM is from 8000h on: assemble it with ORG 8000h',
    });
  const high = segments.find((segment) => segment.address + segment.bytes.length > RAM.end);
  if (high !== undefined)
    throw new RefusedError(`the program goes up to ${hex16(high.address + high.bytes.length - 1)}`, {
      where: name,
      hint: `from ${hex16(RAM.end)} on memory is the monitor's own`,
    });
  return hex;
}

/** Each byte once, the last that the file has for it, lowest address first. */
function inOrder(segments: readonly Segment[]): Segment[] {
  const memory = new Uint8Array(0x10000);
  const isUsed = new Uint8Array(0x10001);
  for (const { address, bytes } of segments) {
    memory.set(bytes, address);
    isUsed.fill(1, address, address + bytes.length);
  }
  const all: Segment[] = [];
  for (let from = isUsed.indexOf(1); from >= 0;) {
    const end = isUsed.indexOf(0, from);
    all.push({ address: from, bytes: memory.slice(from, end) });
    from = isUsed.indexOf(1, end);
  }
  return all;
}

class Load {
  readonly #monitor: ScmLine;
  readonly #blocks: readonly Segment[];
  readonly #totalBytes: number;
  #proof: Proof;
  /** Blocks sent more than once. */
  #retries = 0;
  #last: LoadProgress | undefined;
  #left: keyof typeof LEFT = 'untouched';

  /** @param bare for tidying up */
  constructor(
    private readonly bare: CpmLine,
    private readonly segments: readonly Segment[],
    private readonly options: FlashOptions,
    sums: (() => Uint8Array) | undefined,
  ) {
    this.#monitor = new ScmLine(bare.heeding(options.signal));
    this.#blocks = blocksOf(segments);
    this.#totalBytes = lengthOf(segments);
    const quick = sums && Sums.of(this.#monitor, sums(), segments);
    this.#proof = quick ?? new Dumps(this.#monitor, segments);
  }

  async *run(): AsyncGenerator<LoadProgress> {
    try {
      for await (const progress of this.#all()) yield (this.#last = progress);
    } catch (error) {
      const lost = error instanceof LinkError && error.reason.disconnected === true;
      if (this.#left !== 'untouched' && !lost) {
        yield { ...this.#last!, step: 'tidying up the board' };
        const tidy = (line: CpmLine): Promise<void> => new ScmLine(line).toPrompt(OUT_OF_RECORD);
        await this.bare.within(SETTINGS.tidyMs, "the monitor's prompt", tidy).catch((failure: unknown) => {
          if (!(failure instanceof LinkError)) throw failure;
        });
      }
      throw withState(error, LEFT[this.#left], `interrupted while ${this.#last?.step ?? 'beginning'}`);
    }
  }

  async *#all(): AsyncGenerator<LoadProgress> {
    // Without, Ready is believed; once something was damaged nothing is.
    let isToBeProven = this.options.verify !== false;
    yield this.#step('prepare', 'waiting for the prompt');
    await this.#monitor.toPrompt();
    let left = this.#blocks;
    if (isToBeProven) {
      yield this.#step('prepare', 'asking what is there');
      await this.#readyProof();
      if (this.#proof.isQuick) left = yield* this.#differing('prepare');
    }
    let clean = 0;
    for (let round = 1; left.length > 0; round++) {
      if (round > SETTINGS.rounds) throw this.#damaged(left);
      if (round > 1) this.#retries += left.length;
      const isRight = yield* this.#send(left);
      isToBeProven ||= !isRight;
      if (!isToBeProven) break;
      // What was damaged may have gone anywhere, and the routine is to be run.
      if (!isRight) await this.#readyProof();
      left = yield* this.#differing('verify');
      clean = isRight && left.length > 0 ? clean + 1 : 0;
      if (clean === SETTINGS.cleanTries) await this.#whereItDiffers(left[0]!);
    }
    if (isToBeProven && this.#last?.phase !== 'verify')
      yield this.#step('verify', 'it is there already', this.#totalBytes);
    yield this.#step('done', 'done', this.#totalBytes);
  }

  #step(phase: LoadPhase, step: string, doneBytes = 0): LoadProgress {
    const endsWithinMs = phase === 'done' ? 0 : SETTINGS.tidyMs;
    return { phase, step, doneBytes, totalBytes: this.#totalBytes, retries: this.#retries, endsWithinMs };
  }

  async #readyProof(): Promise<void> {
    if (this.#proof.isQuick && this.#left === 'untouched') this.#left = 'routine';
    if (await this.#proof.ready()) return;
    this.#proof = new Dumps(this.#monitor, this.segments);
  }

  async *#send(blocks: readonly Segment[]): AsyncGenerator<LoadProgress, boolean> {
    let done = this.#totalBytes - lengthOf(blocks);
    yield this.#step('send', 'sending', done);
    this.#left = 'part';
    const sending = this.#monitor.send(blocks);
    for (;;) {
      const { done: isOver, value } = await sending.next();
      if (isOver) return value;
      yield this.#step('send', 'sending', (done += value));
    }
  }

  async *#differing(phase: LoadPhase): AsyncGenerator<LoadProgress, readonly Segment[]> {
    const words = this.#proof.isQuick ? 'comparing sums' : 'reading back';
    let done = 0;
    yield this.#step(phase, words, done);
    const asking = this.#proof.differing();
    for (;;) {
      const { done: isOver, value } = await asking.next();
      if (isOver) return value;
      yield this.#step(phase, words, (done += value));
    }
  }

  /** @throws RefusedError where M shows that memory does not keep what it was given */
  async #whereItDiffers({ address, bytes }: Segment): Promise<void> {
    const there = await finish(this.#monitor.memory(address, bytes.length));
    const wrong = bytes.findIndex((byte, n) => byte !== there[n]);
    if (wrong < 0) return;
    throw new RefusedError(`memory at ${hex16(address + wrong)} differs from the program`, {
      where: this.#monitor.name,
      hint: 'is there RAM at that address?',
    });
  }

  #damaged(left: readonly Segment[]): TransferError {
    const words = `${counted(left.length, 'block')} of ${this.#blocks.length} not right after ${SETTINGS.rounds} rounds`;
    return new TransferError(`the line damages what it carries: ${words}`, {
      where: this.#monitor.name,
      hint: 'try a lower baud rate, or a shorter cable',
    });
  }
}

function lengthOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
