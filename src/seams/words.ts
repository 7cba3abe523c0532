/** Numbers as people are told them, the same in every room. */

/** 1,234,567: a whole number, rounded, in `width` places. */
export function grouped(value: number, width = 0): string {
  return Math.round(value).toLocaleString('en-US').padStart(width);
}

/** A share of 1 as 12.3%. */
export function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)}%`;
}

/** 1 pair, 2 pairs: for things whose plural has an s. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** An address in four digits, as monitors take it. */
export function hex4(address: number): string {
  return address.toString(16).toUpperCase().padStart(4, '0');
}

/** An address, as Z80 people write it: 0100h. */
export function hex16(address: number): string {
  return `${hex4(address)}h`;
}
