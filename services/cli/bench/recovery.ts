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
  /** Those at the end of the fault. */
  readonly leftBehind: number;
  /** Events applied per second from the end of the fault until what had been acknowledged by then was applied, how long that took, and its ratio to the live rate. */
  readonly catchUpRate: number;
  readonly catchUpSeconds: number;
  readonly timesLive: number;
  /** How much of that went by until ever fewer events were behind: until the end of the fault was noticed. */
  readonly noticeSeconds: number;
  /** The ratio to the live rate from then on. */
  readonly timesLiveOnceNoticed: number;
}

const sampleMs = 200;

/** Waits until what a fault left behind is applied while events go on to come; `fault` resolves when it is over. */
export async function recoveryFrom(fault: () => Promise<void>, { acknowledged, applied, rate }: Progress): Promise<Recovery> {
  const sample = () => ({ at: performance.now(), applied: applied(), behind: acknowledged() - applied() });
  let mostBehind = 0;
  const sampling = setInterval(() => {
    mostBehind = Math.max(mostBehind, sample().behind);
  }, sampleMs);
  try {
    await fault();
    const due = acknowledged();
    const over = sample();
    let [last, noticed] = [over, over];
    do {
      await sleep(sampleMs);
      last = sample();
      if (last.applied < due && last.behind >= noticed.behind) noticed = last;
    } while (last.applied < due);
    const rateSince = (then: typeof over): number => ((last.applied - then.applied) * 1_000) / (last.at - then.at);
    const catchUpRate = rateSince(over);
    return {
      mostBehind,
      leftBehind: over.behind,
      catchUpRate,
      catchUpSeconds: (last.at - over.at) / 1_000,
      timesLive: catchUpRate / rate,
      noticeSeconds: (noticed.at - over.at) / 1_000,
      timesLiveOnceNoticed: rateSince(noticed) / rate,
    };
  } finally {
    clearInterval(sampling);
  }
}
