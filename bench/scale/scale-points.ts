import type { ScalePoints } from './scale.js';

export const FULL_SCALE: ScalePoints = {
  schemas: [1, 10, 100, 500, 1000, 2000],
  consumers: [1, 10, 50, 100, 200, 500],
  large: { schemas: 1000, consumers: 200 },
  messages: 10_000,
  endurance: [10, 100, 1_000, 10_000, ...Array.from({ length: 10 }, (_, i) => (i + 1) * 100_000)],
  processes: [1, 2, 4, 8],
  concurrency: [1, 2, 5, 10, 25, 50, 100],
};

export const QUICK_SCALE: ScalePoints = {
  schemas: [1, 100, 1000],
  consumers: [1, 20],
  large: { schemas: 100, consumers: 20 },
  messages: 1_000,
  endurance: [10, 100, 1_000, 5_000, 10_000, 15_000, 20_000],
  processes: [1, 2],
  concurrency: [1, 10, 100],
};
