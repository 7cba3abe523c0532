/** A transfer as it goes, and its end, which leaves no doubt. */
import { ACCENT, BAD, BOLD, GOOD, PLAIN, QUIET, WARN, type Canvas } from '../../terminal/canvas.js';
import { meter } from '../chart.js';
import { STOPPED } from '../protocol.js';
import { isUnderWay } from '../stage-marks.js';
import type { AppState, FlashView } from '../state.js';
import { duration, number } from './format.js';

const BLOCK = 1024;
const PHASES: Readonly<Record<string, string>> = {
  prepare: 'prepare the board',
  send: 'send',
  verify: 'read back and compare',
  finish: 'give it its name',
  done: 'done',
};
/** Room for blocks and steps beside what has to be said. */
const DETAIL_HEIGHT = 12;
const STEPS_WIDTH = 40;

export function flashPane(canvas: Canvas, state: AppState, now: number): void {
  const { flash, settings, failure, stages } = state;
  const { progress } = flash;
  if (!progress) {
    let y = canvas.text(0, `to flash: ${settings.name}.${settings.fileType} to ${settings.port}`);
    y = canvas.text(y + 1, 'Enter runs from here, r sends it alone. Another port: 5');
    if (failure?.stage === 'flash') end(canvas.part(0, Math.min(y + 1, canvas.height - 2)), state);
    return;
  }
  const { totalBytes, doneBytes, retries, step, phase } = progress;
  const isOn = isUnderWay(stages.flash);
  const hasFailed = flash.end === 'failed' || stages.flash.mark === 'failed';
  let y = canvas.text(0, `${flash.program}, ${number(totalBytes)} bytes, to ${flash.path}`, BOLD);
  const style = flash.end === 'verified' ? GOOD : hasFailed ? BAD : ACCENT;
  const amount = ` ${number(doneBytes)} of ${number(totalBytes)}`;
  const x = meter(canvas, y, Math.min(60, canvas.width - amount.length), totalBytes > 0 ? doneBytes / totalBytes : 0, style); // prettier-ignore
  canvas.put(x, y++, amount);
  const waiting = step.includes('busy');
  const doing = waiting ? 'the board is writing to its disk' : step;
  y = canvas.text(y, isOn || phase === 'done' ? doing : `it ended in: ${doing}`, waiting && isOn ? WARN : PLAIN);
  const current = flash.phases.at(-1)!;
  const seconds = (now - current.startedMs) / 1000;
  const rate = isOn && seconds > 0.2 && phase !== 'done' ? doneBytes / seconds : 0;
  const left = rate > 0 ? `, ${duration(((totalBytes - doneBytes) / rate) * 1000)} left` : '';
  const repeated = `${retries} ${retries === 1 ? 'block' : 'blocks'} repeated`;
  y = canvas.text(y, `${rate > 0 ? `${number(rate)} bytes/s${left}, ` : ''}${repeated}`, retries > 0 ? WARN : PLAIN);
  if (flash.end !== undefined || stages.flash.mark === 'failed' || stages.flash.mark === 'stopped')
    y += end(canvas.part(0, y), state);
  if (canvas.height - y < DETAIL_HEIGHT - 4) return line(canvas.part(0, y), flash);
  y += canvas.height - y > DETAIL_HEIGHT ? 1 : 0;
  y = blocks(canvas, y, doneBytes, totalBytes) + 1;
  details(canvas.part(0, y), flash, isOn);
}

/** @returns the row below */
function blocks(canvas: Canvas, top: number, done: number, total: number): number {
  const count = Math.ceil(total / BLOCK);
  const sent = Math.floor(done / BLOCK) + (done === total ? 1 : 0);
  let y = canvas.heading(top, `blocks of ${BLOCK}`);
  for (let i = 0; i < count; i += canvas.width, y++)
    for (let x = 0; x < canvas.width && i + x < count; x++)
      canvas.put(x, y, i + x < sent ? '█' : '░', i + x < sent ? GOOD : QUIET);
  return y;
}

/** Steps and line in frames that share a border; below each other, where they do not fit side by side. */
function details(canvas: Canvas, flash: FlashView, isOn: boolean): void {
  const height = Math.min(canvas.height, Object.keys(PHASES).length + 2);
  const isBeside = canvas.width >= 2 * STEPS_WIDTH - 4;
  const width = isBeside ? Math.floor((Math.min(canvas.width, 110) + 1) / 2) : canvas.width;
  const steps = canvas.part(0, 0, width, height).box('steps');
  flash.phases.forEach(({ phase, startedMs }, i) => {
    const next = flash.phases[i + 1];
    const words = PHASES[phase] ?? phase;
    if (phase === 'done') return void steps.put(1, i, words, GOOD);
    const took = next ? duration(next.startedMs - startedMs) : isOn ? 'now' : 'not ended';
    steps.put(1, i, words.padEnd(22), next ? PLAIN : BOLD);
    steps.put(24, i, took, next ? QUIET : isOn ? ACCENT : WARN);
  });
  const right = isBeside ? canvas.part(width - 1, 0, width, height) : canvas.part(0, height - 1, width, 4);
  line(right.box('the line').part(1, 0, width - 3), flash);
}

function line(canvas: Canvas, { wire }: FlashView): void {
  const head = 'last from the board: ';
  // The newest are at the end: those before them yield.
  const most = wire.controls.slice(-7);
  while (most.length > 1 && head.length + most.join(' ').length > canvas.width) most.shift();
  canvas.put(0, 0, `${head}${most.join(' ') || 'none yet'}`);
  canvas.text(1, `${number(wire.sent)} bytes sent, ${number(wire.received)} received`, QUIET);
}

/** @returns how many rows it took */
function end(canvas: Canvas, { flash, failure, stages }: AppState): number {
  if (stages.flash.mark === 'stopped') {
    // Until it is given its name the file of before is not touched.
    const isNaming = flash.progress?.phase === 'finish';
    const left = isNaming
      ? 'STOPPED while it was given its name: it is on the board under that, or as Z80LM.$$$'
      : 'STOPPED before it was exchanged: a program of before is still there; Z80LM.$$$ may be, too';
    const said = failure?.stage === 'flash' && failure.message !== STOPPED ? failure.message : '';
    const y = canvas.text(0, left, BAD);
    return said === '' ? y : canvas.text(y, said);
  }
  if (flash.end === 'verified')
    return canvas.text(
      0,
      `VERIFIED: ${number(flash.progress!.totalBytes)} bytes were read back from ${flash.program} and are equal`,
      GOOD,
    );
  if (failure?.stage !== 'flash') return canvas.text(0, `FAILED: ${stages.flash.why}`, BAD);
  const where = failure.where === '' ? '' : `${failure.where}: `;
  const y = canvas.text(0, `FAILED: ${where}${failure.message}`, BAD);
  return failure.hint === '' ? y : canvas.text(y, failure.hint);
}
