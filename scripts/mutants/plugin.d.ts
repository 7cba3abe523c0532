export interface Placed {
  readonly fileName: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  /** From 1. */
  readonly location: { readonly start: { readonly line: number; readonly column: number } };
}

/** Whether a mutant belongs to the sample of one in `n`. */
export function sampled(mutant: Placed, n: number): boolean;
