// Time that runs FAST_CLOCK times as fast as the host's, the same in every process that is told the same beginning (FAST_CLOCK_FROM, ms).
import { createRequire, syncBuiltinESMExports } from 'node:module';

const speed = Number(process.env.FAST_CLOCK);
const from = Number(process.env.FAST_CLOCK_FROM);
const Real = globalThis.Date;
const now = () => Math.floor(from + (Real.now() - from) * speed);

class FastDate extends Real {
  constructor(...args) {
    if (args.length === 0) super(now());
    else super(...args);
  }
  static now() {
    return now();
  }
}

export const install = () => {
  globalThis.Date = FastDate;
};
export const remove = () => {
  globalThis.Date = Real;
};
if (process.env.FAST_CLOCK_AT_ONCE) {
  install();
  // The gap between two writes is measured and slept by these two.
  const real = performance.now.bind(performance);
  performance.now = () => real() * speed;
  const timers = createRequire(import.meta.url)('node:timers/promises');
  const sleep = timers.setTimeout;
  timers.setTimeout = (ms, ...rest) => sleep(ms / speed, ...rest);
  syncBuiltinESMExports();
}
