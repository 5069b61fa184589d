import { formatInstant } from '@clearquay/domain/identifiers/zone.ts';
import { expect, test } from 'vitest';
import { createStamp } from './stamp.ts';

test.each(['Asia/Shanghai', 'Europe/Amsterdam', 'Asia/Calcutta'])(
  'the fast stamp of %s writes what the domain writes, clock changes included',
  (zone) => {
    const stamp = createStamp(zone);
    for (let at = Date.UTC(2026, 2, 28, 20, 7, 3); at < Date.UTC(2026, 2, 30); at += 1_234_000)
      expect(stamp(at)).toBe(formatInstant(at, zone));
  },
);
