/**
 * A program of somebody else: model, assembler, emulator and transfer of the installed package, by name. The test beside
 * this folder compiles it against the tarball's types and runs it. It is left out of this project's own compilation, for
 * which `z80lm` is not installed.
 */
import {
  answer,
  assemble,
  buildProgram,
  converse,
  createCpm,
  decodeModel,
  emulatorTarget,
  encodeModel,
  firmwareReader,
  memoryReader,
  nodeClock,
  nodeFiles,
  nodeFolder,
  receiveXmodem,
  sendXmodem,
  type Arrival,
  type ByteLink,
  type Console,
  type Folder,
  type Network,
  type Script,
  type Transcript,
} from 'z80lm';

/** Says nothing but A, until an answer can be no longer: all its weights are 0, so the larger bias wins. */
function smallNetwork(): Network {
  const weights = new Int8Array(2 * 256);
  const biases = Int16Array.of(400, 200);
  return { layers: [{ inputs: 256, outputs: 2, weights, biases }], charset: ['A', '\0'], about: { name: 'SMALL' } };
}

/** The two ends of a line in memory. */
function pair(): [ByteLink, ByteLink] {
  const boxes: Arrival[][] = [[], []];
  const waiting: ((arrival: Arrival | undefined) => void)[][] = [[], []];
  const end = (mine: 0 | 1): ByteLink => {
    const other = (1 - mine) as 0 | 1;
    return {
      name: `end ${mine}`,
      baud: undefined,
      async write(bytes) {
        const arrival = { bytes: bytes.slice(), atMs: nodeClock.now() };
        const reader = waiting[other]!.shift();
        if (reader) reader(arrival);
        else boxes[other]!.push(arrival);
      },
      read(timeoutMs) {
        const arrival = boxes[mine]!.shift();
        if (arrival) return Promise.resolve(arrival);
        return new Promise((resolve) => {
          let over = false;
          const settle = (value: Arrival | undefined): void => {
            if (over) return;
            over = true;
            resolve(value);
          };
          waiting[mine]!.push(settle);
          void nodeClock.sleep(timeoutMs).then(() => {
            const place = waiting[mine]!.indexOf(settle);
            if (place >= 0) waiting[mine]!.splice(place, 1);
            settle(undefined);
          });
        });
      },
      unread(bytes) {
        if (bytes.length > 0) boxes[mine]!.unshift({ bytes, atMs: nodeClock.now() });
      },
      drain: () => Uint8Array.from(boxes[mine]!.splice(0).flatMap(({ bytes }) => [...bytes])),
      close: () => Promise.resolve(),
    };
  };
  return [end(0), end(1)];
}

export async function use(folder: string): Promise<Record<string, unknown>> {
  const network = decodeModel(encodeModel(smallNetwork()), 'small.npz');
  const said = answer(network, 'hello');

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
  const drive: Folder = nodeFolder(folder);
  const cpm = createCpm({ console: screen, drives: [drive] });
  cpm.load({ name: 'A.COM', bytes: assembled.bytes }, '');
  const stop = cpm.run(1_000_000);

  const { program } = buildProgram(network, {}, firmwareReader(nodeFiles));
  const target = emulatorTarget();
  for await (const { phase } of target.load({ name: 'SMALL.COM', bytes: program })) void phase;
  const script: Script = { prompt: '\r\n> ', timeoutMs: 1000, steps: [{ ask: 'hello' }] };
  const conversation = converse(target, script);
  let step = await conversation.next();
  while (!step.done) step = await conversation.next();
  const transcript: Transcript = step.value;

  const [here, there] = pair();
  const received = receiveXmodem(there, { clock: nodeClock });
  for await (const event of sendXmodem(here, program, { clock: nodeClock })) void event;
  const arrived = await received;
  return {
    said,
    printed,
    stop: stop.why,
    answers: transcript.exchanges.map((exchange) => exchange.answer),
    equal: program.every((byte, n) => arrived[n] === byte),
    size: [program.length, arrived.length - program.length < 128],
  };
}
