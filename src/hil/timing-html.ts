/** A timing report as one HTML file: the sentence, measured against predicted, the figures. */
import { pointChart, type Chart } from './chart.js';
import { escapeHtml, facts, figure, page, table } from './html.js';
import { runFacts, type RunFacts } from './report-facts.js';
import type { TimingReport } from './timing-run.js';
import { timingRows, timingSentence } from './timing-words.js';

/** @param run which one it was; the board and its clock are the report's */
export async function timingHtml(
  report: TimingReport,
  run: Omit<RunFacts, 'boards'> & { kind?: string | undefined },
): Promise<string> {
  const title = `${report.program.name} on ${report.board}`;
  return page(title, [
    `<h1>${escapeHtml(title)}</h1>`,
    `<p class="verdict">${escapeHtml(timingSentence(report))}</p>`,
    runFacts({ ...run, boards: [{ name: report.board, kind: run.kind, clock: clockWords(report) }] }),
    figure(
      await timingChart(report),
      'Measured against predicted: each answer, and where they would be equal',
      'the time of each answer, measured against predicted',
    ),
    '<h2>Figures</h2>',
    facts(timingRows(report).map((row) => row.map(escapeHtml))),
    '<h2>Answers</h2>',
    table(
      ['question', 'answer', 'inferences', 'measured ms', 'predicted ms', 'off'],
      report.answers.map(({ question, answer, characters, measuredMs, predictedMs }) => [
        escapeHtml(question),
        escapeHtml(answer.replace(/[^ -~]+/g, ' ')),
        String(characters),
        measuredMs.toFixed(1),
        predictedMs.toFixed(1),
        `${(100 * (measuredMs / predictedMs - 1)).toFixed(2)} %`,
      ]),
      [2, 3, 4, 5],
    ),
  ]);
}

function clockWords({ clock }: TimingReport): string {
  return clock.doubt === undefined ? `${(clock.hz.value / 1e6).toFixed(2)} MHz measured` : 'clock not told';
}

function timingChart({ answers }: TimingReport): Promise<Chart> {
  return pointChart({
    xTitle: 'predicted, ms',
    yTitle: 'measured, ms',
    diagonal: true,
    points: answers.map(({ predictedMs, measuredMs }) => ({ x: predictedMs, y: measuredMs, series: 'answers' })),
  });
}
