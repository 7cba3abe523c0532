/** A byte at 115200 8N1. */
export const WIRE_MS = 0.0868;
