/**
 * A page of somebody else: the four entries that have no Node in them, bundled for a browser. The test beside this folder
 * runs it where there is nothing but what the web has.
 */
import { assemble, memoryReader } from 'z80lm/asm';
import { createCpm, createZ80, type Console } from 'z80lm/emu';
import { answer, decodeModel, encodeModel, type Network } from 'z80lm/model';
import { receiveXmodem, sendXmodem, TransferError, type Arrival, type ByteLink, type Clock } from 'z80lm/transfer';

const clock: Clock = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Two ends of a line; each reads what the other has written. */
function line(): [ByteLink, ByteLink] {
  const boxes: [Arrival[], Arrival[]] = [[], []];
  const end = (mine: 0 | 1): ByteLink => ({
    name: `end ${mine}`,
    baud: undefined,
    write: async (bytes) => void boxes[mine === 0 ? 1 : 0].push({ bytes: bytes.slice(), atMs: clock.now() }),
    async read(timeoutMs) {
      for (const until = clock.now() + timeoutMs; clock.now() < until; await clock.sleep(1)) {
        const arrival = boxes[mine].shift();
        if (arrival) return arrival;
      }
      return undefined;
    },
    unread: (bytes) => void (bytes.length > 0 && boxes[mine].unshift({ bytes, atMs: clock.now() })),
    drain: () => Uint8Array.from(boxes[mine].splice(0).flatMap(({ bytes }) => [...bytes])),
    close: async () => {},
  });
  return [end(0), end(1)];
}

export async function use(): Promise<Record<string, unknown>> {
  const source = '\torg 100h\n\tld e,"A"\n\tld c,2\n\tcall 5\n\tjp 0\n';
  const assembled = assemble({ main: 'a.asm', ...memoryReader({ 'a.asm': source }) });
  if (!assembled.ok) throw new Error('does not assemble');

  let printed = '';
  const screen: Console = {
    ready: () => false,
    read: () => undefined,
    write: (byte) => void (printed += String.fromCharCode(byte)),
    ended: true,
  };
  const cpm = createCpm({ console: screen, drives: [] });
  cpm.load({ name: 'A.COM', bytes: assembled.bytes }, '');
  const stop = cpm.run(1_000_000);

  const cpu = createZ80({ in: () => 0xff, out: () => {} });
  cpu.memory.set([0x3e, 42, 0x76]);
  cpu.run(20);

  const layer = { inputs: 256, outputs: 2, weights: new Int8Array(512), biases: Int16Array.of(400, 200) };
  const network: Network = { layers: [layer], charset: ['A', '\0'], about: { name: 'SMALL' } };

  const program = Uint8Array.from({ length: 1500 }, (_, at) => (at * 7) & 0xff);
  const [here, there] = line();
  const received = receiveXmodem(there, { clock });
  for await (const event of sendXmodem(here, program, { clock })) void event;
  const arrived = await received;
  return {
    printed,
    stop: stop.why,
    a: cpu.getRegisters().a,
    said: answer(decodeModel(encodeModel(network), 'small.npz'), 'hello').length,
    arrived: program.every((byte, at) => arrived[at] === byte),
    classes: typeof TransferError,
  };
}
