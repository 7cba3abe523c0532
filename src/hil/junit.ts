/** A comparison as JUnit XML, as CI servers read it: a suite for each board, a case for each prompt. */
import { markedDifference } from './describe.js';
import type { Comparison, ExchangeComparison } from './compare.js';

/** @param program its name: the class name of all cases */
export function junitXml(comparisons: readonly Comparison[], program: string): string {
  const suites = comparisons.map((comparison) => {
    const count = (verdicts: readonly string[]): number =>
      comparison.exchanges.filter(({ verdict }) => verdicts.includes(verdict)).length;
    return [
      `  <testsuite name="${escape(`${comparison.left} and ${comparison.right}`)}" tests="${comparison.exchanges.length}"` +
        ` failures="${count(['differs', 'line'])}" errors="${count(['missing'])}">`,
      ...comparison.exchanges.flatMap((exchange) => testCase(exchange, comparison, program)),
      '  </testsuite>',
    ];
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites.flat(), '</testsuites>', ''].join('\n');
}

function testCase(exchange: ExchangeComparison, comparison: Comparison, program: string): string[] {
  const open = `    <testcase classname="${escape(program)}" name="${escape(exchange.question ?? 'opening')}"`;
  if (exchange.verdict === 'same') return [`${open}/>`];
  const element = exchange.verdict === 'missing' ? 'error' : 'failure';
  const [message, ...details] = markedDifference(exchange, comparison);
  return [
    `${open}>`,
    `      <${element} type="${exchange.verdict}" message="${escape(message!)}">${escape(details.join('\n'))}</${element}>`,
    '    </testcase>',
  ];
}

/** XML 1.0 has no place for control characters, not even as entities; they are already made visible. */
function escape(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character]!).replace(/[^\n\x20-\x7e]/g, '?');
}
