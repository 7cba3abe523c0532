/** Numbers as the panes write them. */

export { grouped as number, percent } from '../../seams/words.js';
export const megahertz = (hz: number): string => `${(hz / 1e6).toFixed(4).replace(/0+$/, '').replace(/\.$/, '')} MHz`;

/** 12 ms, 3.4 s, 2:05 min, 1 h 05 min, 11 h, 4 days: as exact as one wants to know it, and no more. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 99_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}:${twoDigits(seconds % 60)} min`;
  const hours = Math.floor(seconds / 3_600);
  if (hours < 10) return `${hours} h ${twoDigits(Math.floor(seconds / 60) % 60)} min`;
  return hours < 72 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');
