import { setTimeout as sleep } from 'node:timers/promises';

/** How far events have come. */
export interface Progress {
  /** Events that were acknowledged so far. */
  acknowledged(): number;
  /** Events that are applied, as far as is known. */
  applied(): number;
  /** Events per second that come meanwhile. */
  readonly rate: number;
}

/** What a fault cost. */
export interface Recovery {
  /** Most events that were acknowledged and not applied. */
  readonly mostBehind: number;
  /** Events applied per second from the end of the fault until what had been acknowledged by then was applied, how long that took, and its ratio to the live rate. */
  readonly catchUpRate: number;
  readonly catchUpSeconds: number;
  readonly timesLive: number;
}

const sampleMs = 200;

/** Waits until what a fault left behind is applied while events go on to come; `fault` resolves when it is over. */
export async function recoveryFrom(fault: () => Promise<void>, { acknowledged, applied, rate }: Progress): Promise<Recovery> {
  let mostBehind = 0;
  const behind = (): number => acknowledged() - applied();
  const sample = setInterval(() => {
    mostBehind = Math.max(mostBehind, behind());
  }, sampleMs);
  try {
    await fault();
    const [from, before, due] = [performance.now(), applied(), acknowledged()];
    do await sleep(sampleMs);
    while (applied() < due);
    const catchUpSeconds = (performance.now() - from) / 1_000;
    const catchUpRate = (applied() - before) / catchUpSeconds;
    return { mostBehind, catchUpRate, catchUpSeconds, timesLive: catchUpRate / rate };
  } finally {
    clearInterval(sample);
  }
}
