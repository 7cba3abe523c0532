/** Numbers as the panes write them. */

export { grouped as number, percent } from '../../seams/words.js';
export const megahertz = (hz: number): string => `${(hz / 1e6).toFixed(4).replace(/0+$/, '').replace(/\.$/, '')} MHz`;

/** 12 ms, 3.4 s, 2:05 min. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 100_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`;
}
