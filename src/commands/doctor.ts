/** `z80lm doctor`: is the line to a board sound, who answers, and how to flash it. Exit 1 when something is bad. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { colour } from './colour.js';
import { nodeClock as clock } from '../host/node-clock.js';
import { portAddress } from '../link/port-address.js';
import { programRuns } from '../link/port-access.js';
import { listPorts, resolvePort } from '../link/port-list.js';
import type { SteadyLink } from '../link/steady-link.js';
import { EXIT, LinkError, type ExitStatus } from '../seams/errors.js';
import { examine, type Finding, type Learned, type Verdict } from '../transfer/doctor.js';
import { installFindings, type InstallFinding } from './install-checks.js';
import { keepLearned } from './keep-learned.js';
import { boardKey, knownBoardsFile, recall } from './known-boards.js';
import { openFromFlags, withLinkOptions, type LinkFlags } from './link-options.js';
import { action, type Shell } from './shared.js';

const MARKS: Readonly<Record<Verdict, string>> = {
  good: colour.green('good'),
  note: colour.yellow('note'),
  bad: colour.red('bad '),
};

interface Options extends LinkFlags {
  transfer?: boolean;
  remember: boolean;
}

export function registerDoctor(program: Command): void {
  withLinkOptions(
    program
      .command('doctor')
      .description('is the line sound, and who answers at the other end; without a port: is this install sound')
      .option('--transfer', 'also send a file with all 256 values (Z80LMTST.COM), read it back and erase it')
      .option('--no-remember', 'do not keep what was found for the next flash or console'),
  ).action(action(doctor));
}

async function doctor(shell: Shell, options: Options): Promise<ExitStatus> {
  let bad = 0;
  const learned: Learned = {};
  const tell = (finding: Finding | InstallFinding): void => {
    if (finding.verdict === 'bad') bad++;
    show(shell, finding);
    if ('learned' in finding) Object.assign(learned, finding.learned);
  };
  if (options.port === undefined) {
    for await (const finding of installFindings()) tell(finding);
    return bad === 0 ? EXIT.done : EXIT.no;
  }
  let link: SteadyLink;
  const key = await boardKey(options.port);
  // What is known of all boards is read, and written anew with what is learned of this one.
  const known = knownBoardsFile();
  if (known !== undefined) shell.files.mayReplace(known);
  // Flow control and pace are to be found anew; a board's speed rarely changes.
  const baud = options.baud ?? (key && recall(shell.files, key, shell.note)?.baud);
  try {
    link = await openFromFlags({ ...options, ...(baud && { baud: String(baud) }) }, {}, undefined, shell.signal);
  } catch (error) {
    // The message has cause and remedy; as a finding it is one among others.
    if (error instanceof LinkError)
      show(shell, {
        check: 'access',
        verdict: 'bad',
        words: error.message,
        ...(error.hint && { remedy: error.hint }),
      });
    throw error;
  }
  tell({ check: 'access', verdict: 'good', words: `${link.name} is open, for us alone` });
  const flow = options.flow === 'none' ? 'none' : 'rtscts';
  let current = link;
  try {
    for (const finding of await adapterFindings(link)) tell(finding);
    const findings = examine(link, clock, {
      flow,
      paceMs: Number(options.pace ?? 0),
      cts: async () => (await link.modemLines())?.cts,
      reopen: async (baud) =>
        (current = await openFromFlags(
          { ...options, reset: undefined, baud: String(baud) },
          {},
          undefined,
          shell.signal,
        )),
      transfer: options.transfer ?? false,
      signal: shell.signal,
    });
    for await (const finding of findings) tell(finding);
  } finally {
    await current.close();
    await link.close();
  }
  if (key !== undefined && options.remember && Object.keys(learned).length > 0) keepLearned(shell, key, learned);
  return bad === 0 ? EXIT.done : EXIT.no;
}

function show(shell: Shell, finding: Finding | InstallFinding): void {
  shell.emit(finding);
  shell.print(`${MARKS[finding.verdict]}  ${finding.check.padEnd(13)} ${finding.words}`);
  if (finding.remedy !== undefined) shell.print(`${' '.repeat(20)}${finding.remedy}`);
}

/** What is known of the adapter, and of programs that meddle with new ports. */
async function adapterFindings({ name }: SteadyLink): Promise<Finding[]> {
  const findings: Finding[] = [];
  const address = portAddress(name);
  // Behind a network there is no adapter of ours.
  if (address.kind !== 'serial') return findings;
  const resolved = await resolvePort(address.spec);
  const port = (await listPorts()).find((one) => one.path === resolved || one.stableName === resolved);
  if (port?.adapter !== undefined) {
    const { name, trap } = port.adapter;
    findings.push({ check: 'adapter', verdict: 'good', words: name });
    if (trap !== undefined) findings.push({ check: 'adapter', verdict: 'note', words: trap });
  }
  const latency = latencyMs(resolved);
  if (latency !== undefined && latency > 2)
    findings.push({
      check: 'adapter',
      verdict: 'note',
      words: `the driver holds answers back for up to ${latency} ms, which slows transfers`,
      remedy: `echo 1 | sudo tee /sys/bus/usb-serial/devices/${basename(resolved)}/latency_timer`,
    });
  if (port?.usb !== undefined && programRuns('ModemManager'))
    findings.push({
      check: 'adapter',
      verdict: 'note',
      words: 'ModemManager runs: it types AT commands to a new port for its first ten seconds',
      remedy: 'wait after plugging in, or tell it to leave this adapter alone (udev: ENV{ID_MM_DEVICE_IGNORE}="1")',
    });
  return findings;
}

function latencyMs(path: string): number | undefined {
  try {
    return Number(readFileSync(`/sys/bus/usb-serial/devices/${basename(path)}/latency_timer`, 'latin1'));
  } catch {
    return undefined;
  }
}
