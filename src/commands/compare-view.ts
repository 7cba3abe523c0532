/** A comparison as it runs, and its result, as lines for a person. */
import { colour } from './colour.js';
import type { CompareEvent, CompareReport } from '../hil/compare-run.js';
import type { Comparison } from '../hil/compare.js';
import type { DataReport, Parting } from '../hil/data-check.js';
import { markedDifference } from '../hil/describe.js';
import type { Exchange } from '../hil/transcript.js';
import { shown } from '../link/byte-reader.js';
import { plainLine } from '../seams/plain.js';
import type { Progress, Shell } from './shared.js';

/** Partings and differences that are shown in full. */
const SHOWN = 20;

export class CompareView {
  readonly #transfers = new Map<string, Progress>();
  readonly #width: number;

  /** @param lanes the names that lines begin with */
  constructor(
    private readonly shell: Shell,
    lanes: readonly string[],
  ) {
    this.#width = Math.max(...lanes.map((lane) => lane.length));
  }

  show(event: CompareEvent): void {
    this.shell.emit(forPrograms(event));
    switch (event.type) {
      case 'load': {
        const { phase, step, doneBytes, totalBytes, retries } = event.progress;
        // What is loaded at once needs no bar.
        if (phase === 'done' && !this.#transfers.has(event.lane)) return;
        const bar = this.#transfers.get(event.lane) ?? this.shell.progress(event.lane, totalBytes);
        this.#transfers.set(event.lane, bar);
        bar.update(doneBytes, `${step}${retries > 0 ? `, ${retries} repeated` : ''}`);
        if (phase !== 'done') return;
        bar.stop();
        this.#transfers.delete(event.lane);
        return;
      }
      case 'answered': {
        const { exchange, index, of } = event;
        return this.#line(
          event.lane,
          `${String(index + 1).padStart(String(of).length)}/${of}  ${plainLine(exchange.question).padEnd(34)} ${answerOf(exchange)}`,
        );
      }
      case 'incident': {
        const { error } = event.incident;
        this.#transfers.get(event.lane)?.stop();
        this.#transfers.delete(event.lane);
        const on = event.goesOn ? 'the program is started again, and the next prompt is asked' : 'it ends here';
        this.#line(
          event.lane,
          colour.yellow(plainLine(`${error.message}${error.hint ? ` (${error.hint})` : ''}; ${on}`)),
        );
        return;
      }
      case 'asking again':
        return this.#line(event.lane, colour.dim(plainLine(`once more: ${event.question}`)));
      case 'console':
      case 'opened':
      case 'compared':
    }
  }

  #line(lane: string, text: string): void {
    this.shell.print(`${colour.dim(lane.padEnd(this.#width))}  ${text}`);
  }

  finish({ comparisons }: CompareReport): void {
    for (const comparison of comparisons) comparisonLines(comparison).forEach((line) => this.shell.print(line));
  }

  data(report: DataReport): void {
    dataLines(report).forEach((line) => this.shell.print(line));
  }
}

function answerOf({ answer, incident }: Exchange): string {
  return incident ? '-' : /[^ -~]/.test(answer) ? shown(answer, 60) : answer;
}

function comparisonLines(comparison: Comparison): string[] {
  const { left, right, equal, bytes, exchanges, rules } = comparison;
  const lines = ['', colour.bold(`${left} and ${right}`)];
  const all = exchanges.filter(({ verdict }) => verdict !== 'same');
  const unasked = all.filter(({ verdict, incidents }) => verdict === 'missing' && !incidents);
  const wrong = all.filter((exchange) => !unasked.includes(exchange));
  for (const exchange of wrong.slice(0, SHOWN)) {
    const [headline, ...details] = markedDifference(exchange, comparison);
    lines.push(`  ${plainLine(exchange.question ?? 'up to the first prompt')}: ${colour.red(plainLine(headline!))}`);
    lines.push(...details.map((detail) => `    ${detail}`));
  }
  if (wrong.length > SHOWN) lines.push(`  and ${wrong.length - SHOWN} more`);
  if (unasked.length > 0) lines.push(`  ${unasked.length} more ${unasked.length === 1 ? 'was' : 'were'} not asked`);
  for (const { name, says, left: l, right: r } of rules)
    lines.push(colour.dim(`  rule ${name}: ${says} (${l} times there, ${r} times here)`));
  lines.push(
    equal ? colour.green(`  equal: ${exchanges.length - 1} prompts, ${bytes} bytes of console`) : verdictLine(all),
  );
  return lines;
}

function verdictLine(wrong: Comparison['exchanges']): string {
  const words = { differs: 'different', line: 'spoilt by the line', missing: 'missing', same: '' };
  const kinds = (['differs', 'line', 'missing'] as const)
    .map((kind) => [wrong.filter(({ verdict }) => verdict === kind).length, words[kind]] as const)
    .filter(([count]) => count > 0);
  return colour.red(`  not equal: ${kinds.map(([count, what]) => `${count} ${what}`).join(', ')}`);
}

function dataLines({ questions, right, missing, partings }: DataReport): string[] {
  const width = Math.max(...Object.keys(right).map((name) => name.length));
  const shares = Object.entries(right).map(([name, count]) => {
    const gone = missing[name] === undefined ? '' : `, ${missing[name]} missing`;
    return `  ${name.padEnd(width)}  ${count} of ${questions} right (${((100 * count) / questions).toFixed(1)} %)${gone}`;
  });
  const parting = ({ question, expected, answers }: Parting): string =>
    plainLine(
      `  ${question}  (${expected.join(' or ')})  ${Object.entries(answers)
        .map(([name, answer]) => `${name}: ${answer ?? '-'}`)
        .join(', ')}`,
    );
  return [
    '',
    colour.bold('Answers'),
    ...shares,
    partings.length === 0
      ? '  all sides give the same answers'
      : colour.red(`  the sides part at ${partings.length} questions:`),
    ...partings.slice(0, SHOWN).map(parting),
    ...(partings.length > SHOWN ? [`  and ${partings.length - SHOWN} more (--json has all)`] : []),
  ];
}

/** An event without raw byte arrays; console output as text with a character a byte. */
function forPrograms(event: CompareEvent): unknown {
  switch (event.type) {
    case 'console':
      return { ...event, bytes: undefined, text: Buffer.from(event.bytes).toString('latin1') };
    case 'answered': {
      const { raw, incident, ...exchange } = event.exchange;
      const failure = incident && { kind: incident.kind, message: incident.error.message };
      return { ...event, exchange: { ...exchange, console: Buffer.from(raw).toString('latin1'), incident: failure } };
    }
    case 'incident': {
      const { kind, error } = event.incident;
      return { ...event, incident: { kind, message: error.message, hint: error.hint } };
    }
    default:
      return event;
  }
}
