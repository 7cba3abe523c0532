/** What the doctor says, in virtual time, on: a good board, one without flow control, wrong speed, nothing, others. */
import { describe, expect, it } from 'vitest';
import type { ByteLink } from '../../src/seams/byte-link.js';
import { toBytes } from '../../src/seams/bytes.js';
import { examine, type Finding, type Instruments } from '../../src/transfer/doctor.js';
import { legible } from '../../src/transfer/recover.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { FakeCpm, type FakeCpmOptions } from '../fakes/fake-cpm.js';
import { linkPair, type LineOptions } from '../fakes/link-pair.js';

const FAST: Instruments = { flow: 'rtscts', paceMs: 0 };
const withBaud = (link: ByteLink, baud: number): ByteLink =>
  Object.assign(Object.create(link) as ByteLink, {
    baud,
    ...Object.fromEntries(
      (['write', 'read', 'unread', 'drain', 'close'] as const).map((name) => [
        name,
        (...args: never[]) => (link[name] as (...all: never[]) => unknown)(...args),
      ]),
    ),
  });

async function collect(findings: AsyncIterable<Finding>): Promise<Finding[]> {
  const all: Finding[] = [];
  for await (const finding of findings) all.push(finding);
  return all;
}

const verdicts = (findings: Finding[]): string[] => findings.map(({ check, verdict }) => `${check}: ${verdict}`);

async function atCpm(
  toBoard: (clock: FakeClock) => LineOptions = () => ({}),
  board: FakeCpmOptions = {},
  tools: Partial<Instruments> = {},
): Promise<Finding[]> {
  const clock = new FakeClock();
  const { a, b } = linkPair(clock, { toB: toBoard(clock) });
  const cpm = new FakeCpm(b, clock, board);
  const work = collect(examine(withBaud(a, 115_200), clock, { ...FAST, ...tools })).finally(() => cpm.stop());
  return (await clock.run(Promise.all([work, cpm.run()])))[0]!;
}

/** A board that hears a character only so long after the one before. */
const slowEar =
  (ms: number) =>
  (clock: FakeClock): LineOptions => {
    let last = -Infinity;
    return {
      fault: (byte) => {
        const heard = clock.now() - last >= ms;
        last = clock.now();
        return heard ? [byte] : [];
      },
    };
  };

/** A board that says one thing to everything. */
async function saying(text: string, tools: Partial<Instruments> = {}): Promise<Finding[]> {
  const clock = new FakeClock();
  const { a, b } = linkPair(clock);
  let over = false;
  const board = async (): Promise<void> => {
    while (!over) if ((await b.read(100)) !== undefined) await b.write(toBytes(text));
  };
  const work = collect(examine(withBaud(a, 115_200), clock, { ...FAST, ...tools })).finally(() => (over = true));
  return (await clock.run(Promise.all([work, board()])))[0]!;
}

describe('doctor', () => {
  it('a good board', async () => {
    const findings = await atCpm(undefined, {}, { cts: async () => true });
    expect(verdicts(findings)).toEqual([
      'answer: good',
      'speed: good',
      'characters: good',
      'all values: good',
      'flow control: good',
      'receiver: good',
    ]);
    expect(findings[4]!.words).toBe(
      'a burst of 95 characters at full speed loses none (CTS is on while the board waits)',
    );
    expect(findings[5]!.words).toBe('RomWBW (XM): z80lm flash --board romwbw');
  });

  it('says which of the 256 values a prompt can show, and what is to be remembered', async () => {
    const findings = await atCpm();
    expect(findings[3]!.words).toBe(
      '95 of 256 come back as they are, 21 as ^A to ^_; 128 of the 128 from 80h on come back, too; ' +
        'the others the prompt does not show: only a transfer tests them (--transfer)',
    );
    expect(findings.map(({ learned }) => learned).filter((learned) => learned !== undefined)).toEqual([
      { baud: 115_200 },
      { flow: 'rtscts', paceMs: 0 },
      { board: 'romwbw' },
    ]);
  });

  it('a console of seven bits', async () => {
    const seven = (): LineOptions => ({ fault: (byte) => [byte & 0x7f] });
    const values = (await atCpm(seven)).find(({ check }) => check === 'all values')!;
    expect(values.verdict).toBe('good');
    expect(values.words).toContain('the console drops the eighth bit (C1h came back as 41h)');
  });

  it('XON/XOFF on the way: said, with what to do', async () => {
    const swallow = (): LineOptions => ({ fault: (byte) => (byte === 0x11 || byte === 0x13 ? [] : [byte]) });
    const values = (await atCpm(swallow)).find(({ check }) => check === 'all values')!;
    expect(values.verdict).toBe('note');
    expect(values.words).toMatch(/^\^Q and \^S did not come through; 95 of 256 come back as they are, 19 as/);
    expect(values.remedy).toContain('XON/XOFF');
  });

  it('a transfer of all 256 values, where it is asked for; nothing stays', async () => {
    const findings = await atCpm(undefined, {}, { transfer: true });
    expect(findings.at(-1)).toEqual({
      check: 'transfer',
      verdict: 'good',
      words: 'all 256 values went there and came back as they were',
    });
    const bad = await atCpm(undefined, { corrupt: (file) => file.with(200, 0) }, { transfer: true });
    expect(bad.at(-1)).toMatchObject({
      check: 'transfer',
      verdict: 'bad',
      words: 'what the board has differs from byte 200 (block 2) on',
    });
  });

  it('flow control off: a safe pace is found', async () => {
    const flow = (await atCpm(slowEar(0.9))).find(({ check }) => check === 'flow control')!;
    expect(flow.verdict).toBe('bad');
    expect(flow.words).toContain('one each 1 ms loses none');
    expect(flow.remedy).toBe('use --flow none --pace 2, or connect RTS and CTS at both ends');
    expect(flow.learned).toEqual({ flow: 'none', paceMs: 2 });
  });

  it('no receiver on the board', async () => {
    const receiver = (await atCpm(undefined, { toolDrive: '' })).at(-1)!;
    expect(receiver).toMatchObject({ check: 'receiver', verdict: 'bad' });
  });

  it('wrong baud: garbage here, a prompt there', async () => {
    const clock = new FakeClock();
    const wrong = linkPair(clock);
    void wrong.b.read(60_000).then(() => wrong.b.write(Uint8Array.of(0xf8, 0x80, 0x06, 0xfe, 0x00, 0x98)));
    const right = linkPair(clock);
    const cpm = new FakeCpm(right.b, clock);
    const tried: number[] = [];
    const reopen = async (baud: number): Promise<ByteLink> => {
      tried.push(baud);
      return baud === 9600 ? right.a : linkPair(clock).a;
    };
    const work = collect(examine(withBaud(wrong.a, 115_200), clock, { ...FAST, reopen })).finally(() => cpm.stop());
    const findings = (await clock.run(Promise.all([work, cpm.run()])))[0]!;
    expect(verdicts(findings)).toEqual(['answer: note', 'speed: bad', 'speed: bad']);
    expect(findings[2]).toMatchObject({
      words: 'the board talks at 9600 baud, not at 115200: the CP/M prompt',
      remedy: 'use --baud 9600',
    });
    expect(tried).toEqual([57_600, 38_400, 19_200, 9_600]);
  });

  it('nothing there', async () => {
    const clock = new FakeClock();
    const findings = await clock.run(collect(examine(linkPair(clock).a, clock, FAST)));
    expect(findings).toEqual([
      {
        check: 'answer',
        verdict: 'bad',
        words: 'nothing answers',
        remedy: 'is the board on, and are RX and TX crossed? If the cable has no CTS, try --flow none',
      },
    ]);
  });

  it('a boot menu is left to the user', async () => {
    const findings = await saying('\r\nBoot [H=Help]: ');
    expect(verdicts(findings)).toEqual(['answer: note', 'speed: good']);
    expect(findings[0]!.remedy).toContain('boot CP/M');
  });

  it('a board that speaks otherwise', async () => {
    expect((await saying('\r\nREADY\r\n'))[0]!.words).toMatch(/^something answers that is not known: .*READY/);
  });

  it('knows text from garbage', () => {
    expect(legible('\r\nA>')).toBe(1);
    expect(legible('\xf8\x80A>')).toBe(0.5);
    expect(legible('')).toBe(0);
  });
});
