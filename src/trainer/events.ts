/** What a training run tells while it goes. Both front ends render these. */
import type { Network } from '../model/network.js';
import type { Cost } from './budget.js';
import type { Checkpoint } from './checkpoint.js';
import type { Score } from './scorer.js';

export interface TrainStart {
  type: 'start';
  backend: string;
  /** With `auto`: why the native backend, which is installed, was not taken. */
  fallback?: string;
  workers: number;
  pairs: number;
  heldOutPairs: number;
  /** Distinct examples, after merging. */
  examples: number;
  /** Widths from the inputs to the charset. */
  widths: number[];
  parameters: number;
  /** Of a run that goes on from a checkpoint: epochs done before, and planned then. */
  takenUp?: { epoch: number; epochs: number };
}

/** Every few steps. The shares are of the characters since the last such event. */
export interface TrainStep {
  type: 'step';
  /** From 1. */
  epoch: number;
  epochs: number;
  step: number;
  steps: number;
  /** Of the whole run, 0..1. */
  progress: number;
  /** Cross-entropy of the integer pass, nats a character. */
  loss: number;
  /** Characters right in the two passes. */
  integerAccuracy: number;
  floatAccuracy: number;
  overflow: Overflow;
  elapsedMs: number;
  remainingMs: number;
}

/** How near sums come to the end of their 16 bits. `peak` is no share of sums that overflow: that is `wrapped`. */
export interface Overflow {
  /** Largest accumulator of the epoch so far, as a share of 32768; 1 and more wraps. */
  peak: number;
  /** Share of accumulators that wrapped. */
  wrapped: number;
}

export interface Sample {
  question: string;
  expected: string;
  answer: string;
}

/** At the end of every epoch. */
export interface TrainEpoch extends Omit<TrainStep, 'type' | 'step' | 'steps'> {
  type: 'epoch';
  /** Whether the whole integer model was scored at this epoch: the fields of `scored` are there. */
  scored?: {
    training: Score;
    heldOut?: Score;
    samples: Sample[];
    /** Of a run towards limits. */
    cost?: Cost;
    /** Whether this is the best model yet: with limits, the best of those that keep them. */
    best: boolean;
  };
  /** Weights that are not zero, and share of those that are. */
  nonZero: number;
  zeroShare: number;
  /** How many weights of each layer have each value: [layer][value, in the order of WEIGHTS]. */
  weightCounts: number[][];
  /** Live tensors of a worker: flat over epochs. */
  tensors: number;
}

export interface TrainDone {
  type: 'done';
  network: Network;
  /** The network's scores: of all pairs, or of a sample where the run had to end; `pairs` says of how many. */
  training: Score;
  heldOut?: Score;
  /** The epoch it is of, and how many were done. */
  bestEpoch: number;
  epochs: number;
  /** Times that this run went through the data: a fraction where an epoch is a part of it (pace.ts). */
  rounds: number;
  nonZero: number;
  /** Of a run towards limits, and whether it kept them. */
  cost?: Cost;
  kept?: boolean;
  /** Stopped by the signal before the end. */
  stopped: boolean;
  elapsedMs: number;
  /** From which training goes on exactly; of the last whole epoch. */
  checkpoint?: Checkpoint;
}

export type TrainEvent = TrainStart | TrainStep | TrainEpoch | TrainDone;

/** `fallback` of a start as a sentence. */
export function fallbackWords(reason: string): string {
  return `@tensorflow/tfjs-node is installed and cannot be used, so the WASM backend trains: ${reason}`;
}
