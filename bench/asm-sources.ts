/** Sources for measuring the assembler, in the language that sjasmplus and pasmo have in common with ours. */

/** Labels before and after their use, expressions, comments, data; nine lines of ten come again and again. */
export function benchSource(lines: number): string {
  const body = [
    (i: number) => `l${i}: ld hl,l${((i * 7919) % lines) - (((i * 7919) % lines) % 10)} ; a label every ten lines`,
    () => '\tld a,(hl)',
    () => '\tinc hl\t\t; next',
    (i: number) => `\tadd a,0 + (${i % 50}+3*2) & 255`,
    () => '\tjr nz,$-4',
    () => '\tld (ix+3),a',
    () => '\tpush bc',
    () => '; a line of comment, as every source has many',
    () => '\tcp 10h',
    () => '\tdb 1,2,"text",0',
  ];
  const out = ['\torg 0'];
  for (let i = 0; i < lines; i++) out.push(body[i % 10]!(i));
  return out.join('\n') + '\n';
}

/** A routine of 31 lines, hardly one of which any other has: comments, local labels, a macro, constants, a condition, data. */
function routine(i: number): string[] {
  const k = i % 120;
  return [
    '; ----------------------------------------------------------------------',
    `; routine ${i}: copies what the caller has left, and says so`,
    `;   entry: HL = buffer, B = count + ${i * 3}`,
    `rout${i}:\tpush\tde\t\t; keep the count of routine ${i}`,
    `\tld\thl,buf${i}+${k}\t; where it goes`,
    `\tld\tde,(ptr${Math.max(0, i - 1)})`,
    `\tld\tb,size${i} and 0FFh`,
    `\tsaveall\tde,${k}+1`,
    `lp${i}:\tld\ta,(hl)`,
    `\tcp\t${k}+PORT/2`,
    `\tjr\tz,sk${i}\t\t; nothing to do here`,
    `\tadd\ta,'A'+(${i} and 15)`,
    `\tld\t(ix+${i % 100}),a`,
    `sk${i}:\tinc\thl`,
    `\tdjnz\tlp${i}`,
    '\tpop\tbc',
    '\tpop\tde',
    `\tcall\tnz,rout${Math.floor((i * 7) / 8)}`,
    '\tout\t(PORT),a',
    `\tbit\t${i % 8},(hl)`,
    `\tpop\tde\t\t; and back, ${i} times`,
    '\tret',
    `size${i}\tequ\t(${i}*3+5) and 255`,
    `msg${i}:\tdb\t"step ${k}",13,10,'$'`,
    `\tif\t${i} and 1`,
    `\tdb\t${k}`,
    '\telse',
    `\tdb\t0,${k}`,
    '\tendif',
    `buf${i}:\tds\t2`,
    `ptr${i}:\tdw\trout${i},msg${i}+1`,
  ];
}

/** What a program of that length looks like: nearly all lines are different ones. */
export function variedSource(lines: number): string {
  const out = ['PORT\tequ\t80h', '\torg\t0'];
  out.push('saveall\tmacro\trega,count', '\tpush\trega', '\tld\tb,count', '\tpush\tbc', '\tendm');
  for (let i = 0; out.length < lines; i++) out.push(...routine(i));
  return out.join('\n') + '\n';
}

/** Long, but 64 KB of code and no more: comments, constants, parts that a condition leaves out, and three bytes in 31 lines. */
export function longSource(lines: number): string {
  const out = ['PORT\tequ\t80h', '\torg\t0'];
  for (let i = 0; out.length < lines; i++)
    out.push(
      ...Array.from({ length: 14 }, (_, n) => `; ${i}.${n}: what comes next`),
      ...Array.from({ length: 4 }, (_, n) => `c${i}x${n}\tequ\t(${i}+${n})*3 and 255`),
      '\tif\tPORT = 81h\t\t; another board',
      ...Array.from({ length: 8 }, (_, n) => `\tld\thl,${i}+${n}`),
      '\tendif',
      `n${i}:\tld\ta,c${i}x0`,
      '\tinc\ta',
      '',
    );
  return out.join('\n') + '\n';
}
