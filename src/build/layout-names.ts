/** How a model's columns may be stored. auto: the fastest that fits; sparse: as lists, fast; packed: as bits, small. */
export const LAYOUT_NAMES = ['auto', 'sparse', 'packed'] as const;

export type LayoutName = (typeof LAYOUT_NAMES)[number];
