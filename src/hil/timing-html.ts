/** A timing report as one HTML file: the sentence, measured against predicted, the figures. */
import { pointChart } from './chart.js';
import { escapeHtml, figure, page, table } from './html.js';
import type { TimingReport } from './timing-run.js';
import { timingRows, timingSentence } from './timing-words.js';

export async function timingHtml(report: TimingReport): Promise<string> {
  const title = `${report.program.name} on ${report.board}`;
  const svg = await timingChart(report);
  return page(title, [
    `<h1>${escapeHtml(title)}</h1>`,
    `<p class="verdict">${escapeHtml(timingSentence(report))}</p>`,
    figure(svg, 'the time of each answer, measured against predicted'),
    table(
      [],
      timingRows(report).map((row) => row.map(escapeHtml)),
    ),
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
    ),
  ]);
}

/** @returns an <svg> element */
function timingChart({ answers }: TimingReport): Promise<string> {
  return pointChart({
    title: 'Measured against predicted: each answer, and where they would be equal',
    xTitle: 'predicted, ms',
    yTitle: 'measured, ms',
    diagonal: true,
    points: answers.map(({ predictedMs, measuredMs }) => ({ x: predictedMs, y: measuredMs, series: 'answers' })),
  });
}
