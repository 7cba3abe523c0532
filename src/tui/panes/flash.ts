/** A transfer as it goes, and its end, which leaves no doubt. */
import { BAD, BOLD, BUSY, GOOD, HEADING, PLAIN, wrap, type Canvas } from '../../terminal/canvas.js';
import { bar } from '../chart.js';
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

export function flashPane(canvas: Canvas, state: AppState, now: number): void {
  const { flash, settings, failure, stages } = state;
  const { progress } = flash;
  if (!progress) {
    const lines = [
      `to flash: ${settings.name}.${settings.fileType} to ${settings.port}`,
      '',
      'Enter runs from here, r sends it alone. Another port: 5',
    ];
    canvas.lines(0, 0, lines);
    if (failure?.stage === 'flash') end(canvas.part(0, 4), state);
    return;
  }
  const { totalBytes, doneBytes, retries, step, phase } = progress;
  canvas.put(0, 0, `${flash.program}, ${number(totalBytes)} bytes, to ${flash.path}`, BOLD);
  canvas.put(
    0,
    1,
    `${bar(40, totalBytes > 0 ? doneBytes / totalBytes : 0)} ${number(doneBytes)} of ${number(totalBytes)}`,
    BUSY,
  );
  const isOn = isUnderWay(stages.flash);
  const waiting = step.includes('busy');
  const doing = waiting ? 'the board is writing to its disk' : step;
  canvas.put(0, 2, isOn || phase === 'done' ? doing : `it ended in: ${doing}`, waiting && isOn ? BOLD : PLAIN);
  const current = flash.phases.at(-1)!;
  const seconds = (now - current.startedMs) / 1000;
  const rate = isOn && seconds > 0.2 && phase !== 'done' ? doneBytes / seconds : 0;
  const left = rate > 0 ? `, ${duration(((totalBytes - doneBytes) / rate) * 1000)} left` : '';
  const repeated = `${retries} ${retries === 1 ? 'block' : 'blocks'} repeated`;
  canvas.put(
    0,
    3,
    `${rate > 0 ? `${number(rate)} bytes/s${left}, ` : ''}${repeated}`,
    retries > 0 ? { colour: 'red' } : PLAIN,
  );
  blocks(canvas.part(0, 5, canvas.width, 3), progress.doneBytes, totalBytes);
  phases(canvas.part(0, 9), flash, isOn);
  const right = canvas.part(38, 9);
  right.put(0, 0, 'the line', HEADING);
  right.put(0, 1, `${number(flash.wire.sent)} bytes sent, ${number(flash.wire.received)} received`);
  right.put(0, 2, `last from the board: ${flash.wire.controls.slice(-7).join(' ') || 'none yet'}`);
  if (flash.end !== undefined || stages.flash.mark === 'failed' || stages.flash.mark === 'stopped')
    end(canvas.part(0, Math.min(15, canvas.height - 3)), state);
}

function blocks(canvas: Canvas, done: number, total: number): void {
  const count = Math.ceil(total / BLOCK);
  const sent = Math.floor(done / BLOCK) + (done === total ? 1 : 0);
  canvas.put(0, 0, `blocks of ${BLOCK}`, HEADING);
  for (let i = 0; i < count; i++)
    canvas.put(i % canvas.width, 1 + Math.floor(i / canvas.width), i < sent ? '█' : '░', i < sent ? GOOD : PLAIN);
}

function phases(canvas: Canvas, { phases: list }: FlashView, isOn: boolean): void {
  canvas.put(0, 0, 'steps', HEADING);
  list.forEach(({ phase, startedMs }, i) => {
    const next = list[i + 1];
    const words = (PHASES[phase] ?? phase).padEnd(22);
    if (phase === 'done') canvas.put(0, 1 + i, 'done', GOOD);
    else {
      const took = next ? duration(next.startedMs - startedMs) : isOn ? 'now' : 'not ended';
      canvas.put(0, 1 + i, `${words} ${took}`, next || !isOn ? PLAIN : BUSY);
    }
  });
}

function end(canvas: Canvas, { flash, failure, stages }: AppState): void {
  if (stages.flash.mark === 'stopped') {
    // Until it is given its name the file of before is not touched.
    const isNaming = flash.progress?.phase === 'finish';
    const left = isNaming
      ? 'STOPPED while it was given its name: it is on the board under that, or as Z80LM.$$$'
      : 'STOPPED before it was exchanged: a program of before is still there; Z80LM.$$$ may be, too';
    const said = failure?.stage === 'flash' && failure.message !== STOPPED ? failure.message : '';
    const y = canvas.lines(0, 0, wrap(left, canvas.width), BAD);
    canvas.lines(0, y, wrap(said, canvas.width));
  } else if (flash.end === 'verified')
    canvas.put(
      0,
      0,
      `VERIFIED: ${number(flash.progress!.totalBytes)} bytes were read back from ${flash.program} and are equal`,
      GOOD,
    );
  else if (failure?.stage !== 'flash') canvas.lines(0, 0, wrap(`FAILED: ${stages.flash.why}`, canvas.width), BAD);
  else {
    const where = failure.where === '' ? '' : `${failure.where}: `;
    const y = canvas.lines(0, 0, wrap(`FAILED: ${where}${failure.message}`, canvas.width), BAD);
    canvas.lines(0, y, wrap(failure.hint, canvas.width));
  }
}
