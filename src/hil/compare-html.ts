/** A comparison as one HTML file: verdict, charts, every prompt, every difference. */
import { pointChart, verdictChart, type Point } from './chart.js';
import type { CompareReport } from './compare-run.js';
import type { Comparison, ExchangeComparison } from './compare.js';
import type { DataReport } from './data-check.js';
import { markedDifference } from './describe.js';
import { escapeHtml, figure, page, table } from './html.js';
import { runFacts, type RunFacts } from './report-facts.js';
import type { Transcript } from './transcript.js';

export interface CompareHtmlDetails {
  run: RunFacts;
  /** The emulator's. */
  clockHz: number;
  data?: DataReport | undefined;
}

const VERDICTS = ['same', 'differs', 'line', 'missing'] as const;
const WORDS = { same: 'same', differs: 'differs', line: 'fault of the line', missing: 'no whole answer' } as const;

export async function compareHtml(report: CompareReport, details: CompareHtmlDetails): Promise<string> {
  const { comparisons, equal } = report;
  const verdict = equal ? '<p class="verdict good">equal, byte for byte</p>' : '<p class="verdict bad">not equal</p>';
  const { name } = details.run.program;
  return page(`${name}: ${equal ? 'equal' : 'not equal'}`, [
    `<h1>${escapeHtml(name)} on ${escapeHtml(names(comparisons))}</h1>`,
    verdict,
    runFacts(details.run),
    ...(await charts(report, details)),
    ...comparisons.flatMap(comparisonHtml),
    ...(details.data ? dataHtml(details.data) : []),
  ]);
}

function names(comparisons: readonly Comparison[]): string {
  return [...new Set(comparisons.flatMap(({ left, right }) => [left, right]))].join(', ');
}

async function charts(report: CompareReport, { clockHz }: CompareHtmlDetails): Promise<string[]> {
  const counts = report.comparisons.flatMap(({ right, exchanges }) =>
    VERDICTS.map((verdict) => ({
      board: right,
      verdict,
      count: exchanges.filter((exchange) => exchange.verdict === verdict).length,
    })),
  );
  const words = counts
    .filter(({ count }) => count > 0)
    .map(({ board, verdict, count }) => `${board}: ${count} ${WORDS[verdict]}`);
  const parts = [figure(await verdictChart(counts), 'Prompts by verdict', words.join(', '))];
  const points = [report.reference, ...report.transcripts].flatMap((transcript) => timePoints(transcript, clockHz));
  if (points.length > 0) {
    const chart = await pointChart({
      xTitle: 'prompt',
      yTitle: 'ms',
      wholeX: true,
      points,
    });
    parts.push(figure(chart, 'Time for a character', 'the mean time for a character of each answer, on each side'));
  }
  return parts;
}

function timePoints({ target, exchanges }: Transcript, clockHz: number): Point[] {
  return exchanges.flatMap(({ characterMs, characterTStates, incident }, index) => {
    if (incident || characterMs.length === 0) return [];
    const series = characterTStates ? `${target} at ${clockHz / 1e6} MHz` : target;
    return [{ x: index + 1, y: characterMs.at(-1)! / characterMs.length, series }];
  });
}

/** Beyond this the prompts that are the same are folded away. */
const SHORT = 12;

function comparisonHtml(comparison: Comparison): string[] {
  const { left, right, exchanges, rules, bytes } = comparison;
  const wrong = exchanges.filter(({ verdict }) => verdict !== 'same');
  const all = table(
    ['prompt', escapeHtml(left), escapeHtml(right), 'verdict'],
    exchanges.map((exchange) => [
      promptCell(exchange),
      answerCell(exchange.left),
      answerCell(exchange.right),
      verdictCell(exchange),
    ]),
  );
  return [
    `<h2>${escapeHtml(left)} and ${escapeHtml(right)}</h2>`,
    ...wrong.map((exchange) => {
      const [headline, ...lines] = markedDifference(exchange, comparison);
      const marked = lines.length === 0 ? '' : `<pre>${escapeHtml(lines.join('\n'))}</pre>`;
      return `<div class="finding"><strong>${promptCell(exchange)}</strong>: <span class="bad">${escapeHtml(headline!)}</span>${marked}</div>`;
    }),
    exchanges.length > SHORT ? `<details><summary>all ${exchanges.length} prompts</summary>${all}</details>` : all,
    `<p class="quiet">${bytes} bytes of console compared.</p>`,
    ...(rules.length === 0
      ? ['<p class="quiet">No rules were needed: the bytes were compared as they came.</p>']
      : [
          table(
            ['rule', 'what it takes to be the same', 'there', 'here'],
            rules.map((rule) => [rule.name, escapeHtml(rule.says), String(rule.left), String(rule.right)]),
            [2, 3],
          ),
        ]),
  ];
}

function promptCell({ question }: ExchangeComparison): string {
  return escapeHtml(question ?? '(up to the first prompt)');
}

function answerCell(answer: string | undefined): string {
  return answer === undefined ? '<span class="quiet">-</span>' : escapeHtml(answer.replace(/[^ -~]+/g, ' '));
}

function verdictCell({ verdict }: ExchangeComparison): string {
  const colour = { same: 'good', differs: 'bad', line: 'line', missing: 'bad' }[verdict];
  return `<span class="${colour}">${WORDS[verdict]}</span>`;
}

function dataHtml({ questions, right, partings }: DataReport): string[] {
  const shares = Object.entries(right).map(([name, count]) => [
    escapeHtml(name),
    `${count} of ${questions}`,
    `${((100 * count) / questions).toFixed(1)} %`,
  ]);
  return [
    '<h2>Answers right</h2>',
    table(['side', 'right', 'share'], shares, [1, 2]),
    ...(partings.length === 0
      ? ['<p class="good">All sides give the same answers.</p>']
      : [
          '<h2>Where the sides part</h2>',
          table(
            ['question', 'in the data', ...Object.keys(right).map(escapeHtml)],
            partings.map(({ question, expected, answers }) => [
              escapeHtml(question),
              escapeHtml(expected.join(' or ')),
              ...Object.keys(right).map((name) => answerCell(answers[name])),
            ]),
          ),
        ]),
  ];
}
