import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import { createPartnerTable } from '@clearquay/intake/formats/edifact/partner.ts';
import { readEdifact } from '@clearquay/intake/formats/edifact/read-edifact.ts';
import { describe, expect, test } from 'vitest';

/** Messages of others, which may be read but not copied: they stand beside the checkout on some machines only. */
const samples = new URL('../../../shared/samples/edifact/', import.meta.url);
const names = existsSync(samples) ? readdirSync(samples).filter((name) => name.endsWith('.edi')) : [];
const ports = await loadPorts(new URL('../../seeds/reference/ports.csv', import.meta.url));
const { fallback: partner } = createPartnerTable({ default: 'anyone', partners: [{ id: 'anyone' }] });
const read = (name: string) => readEdifact(readFileSync(new URL(name, samples)), { partner, ports, receivedAt: instant(Date.now()) });

describe('the samples are looked for beside the checkout', () => {
  test('a missing folder means no sample tests', () => {
    expect(names.length > 0).toBe(existsSync(samples));
  });

  for (const name of names)
    test(`${name} is read without a refusal of the whole`, async () => {
      const reading = await read(name);
      expect(reading.messages).toBeGreaterThan(0);
      expect(reading.rejections).toEqual([]);
    });

  if (names.includes('php-edifact_D95BCOARRI.edi'))
    test('the real discharge and load report gives its 21 boxes with call, cell and time', async () => {
      const reading = await read('php-edifact_D95BCOARRI.edi');
      const events = reading.items.flatMap((item) => (item.status === 'event' ? [item.event] : []));
      expect(events).toHaveLength(21);
      expect(reading.items).toHaveLength(21);
      expect(events.map((e) => e.code)).toEqual([...Array(2).fill('terminal.discharged'), ...Array(19).fill('terminal.loaded')]);
      const calls = events.map((e) => e.references.find((r) => r.type === 'call')?.id);
      expect(calls).toEqual([...Array(2).fill('3ERX3:ITGOA:031W'), ...Array(19).fill('3ERX3:ITGOA:032E')]);
      expect(events.every((e) => /^[0-9]{6}$/.test(String(e.details?.['stowageCell'])))).toBe(true);
      expect(new Set(events.map((e) => e.id)).size).toBe(21);
      expect(events[0]).toMatchObject({
        occurredAt: Date.parse('2016-02-03T09:13:00+01:00'),
        zoneRule: 'port',
        location: { facility: 'VTE' },
      });
      expect(reading.findings.filter((f) => f.code === 'count-mismatch')).toEqual([]);
    });

  if (names.includes('transcribed_COARRI_D95B_JICT_discharge_EMC.edi'))
    test('counts of a file that was cut are reported', async () => {
      const reading = await read('transcribed_COARRI_D95B_JICT_discharge_EMC.edi');
      expect(reading.findings.filter((f) => f.code === 'count-mismatch').map((f) => f.raw)).toEqual(['534', '1']);
      expect(reading.items).toHaveLength(2);
    });
});
