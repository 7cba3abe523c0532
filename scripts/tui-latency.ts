/**
 * How long a key takes to its answer on the screen, through the pseudo-terminal, while training, while the emulator
 * runs at full speed with the profiler, and while a board sends all that 115200 baud can carry:
 *
 *     node --import tsx scripts/tui-latency.ts
 */
import { createServer, type AddressInfo } from 'node:net';
import { PANES, TITLES } from '../src/tui/state.js';
import { KEYS, Tui } from '../test/tui/harness.js';

const KEYS_EACH = 40;
/** 115200 8N1 */
const BYTES_A_SECOND = 11_520;

/** Go from pane to pane; a key is answered when its pane's name on the bar has come out inverse. */
async function measure(name: string, tui: Tui): Promise<void> {
  const times: number[] = [];
  tui.type('1');
  for (let i = 0; i < KEYS_EACH; i++) {
    await new Promise((resolve) => setTimeout(resolve, 37));
    const pane = PANES[1 + (i % (PANES.length - 1))]!;
    const answer = `7m ${PANES.indexOf(pane) + 1} ${TITLES[pane]}`;
    const sent = tui.sent.length;
    const from = performance.now();
    tui.type(String(PANES.indexOf(pane) + 1));
    while (!tui.sent.includes(answer, sent)) await new Promise((resolve) => setImmediate(resolve));
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): string => times[Math.min(times.length - 1, Math.floor(times.length * share))]!.toFixed(1);
  console.log(`${name.padEnd(44)} median ${at(0.5)} ms, 95% ${at(0.95)} ms, worst ${at(1)} ms`);
}

const server = createServer((socket) => {
  socket.on('error', () => undefined);
  let line = 0;
  const timer = setInterval(() => {
    const text = `line ${line++} of a board that never stops talking\r\n`;
    socket.write(text.repeat(Math.ceil(BYTES_A_SECOND / 50 / text.length)));
  }, 20);
  socket.on('close', () => clearInterval(timer));
}).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const { port } = server.address() as AddressInfo;

const tui = new Tui({ columns: 120, rows: 40, args: ['tui', '--epochs', '4', '--port', `tcp://127.0.0.1:${port}`] });
try {
  await tui.sees('1 Data');
  await measure('nothing runs', tui);
  tui.type('2');
  await tui.begins();
  await tui.sees(/epoch 1 of/);
  await measure('training, a worker for each core', tui);
  tui.type('7c');
  await tui.sees('never stops talking');
  await measure('training, and a console at 115200 baud', tui);
  tui.type('x');
  await tui.sees('train was stopped');
  await measure('a console at 115200 baud', tui);
  await tui.close();
} finally {
  server.close();
}

const busy = new Tui({ columns: 120, rows: 40 });
await busy.sees('1 Data');
busy.type('4r');
await busy.sees(/fresh +fresh +fresh +fresh/);
busy.type('i');
await busy.sees('Type ? for help');
busy.type(`${KEYS.leaveTyping}fp`);
busy.type('i');
for (let i = 0; i < 20; i++) busy.type('tell me all about it\r');
busy.type(KEYS.leaveTyping);
await measure('the emulator at full speed, profiled', busy);
busy.type(`2:epochs 8\r:hidden 256,192\r`);
busy.type('2r');
await busy.sees(/epoch 1 of 8/);
await measure('training and the emulator', busy);
await busy.close();
