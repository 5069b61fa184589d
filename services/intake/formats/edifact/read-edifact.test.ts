import { instant } from '@clearquay/domain/identifiers/instant.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { box, discharge, dischargeHeader, eventsOf, findingsOf, fixture, read } from './fixtures/read-fixture.ts';

const at = (text: string): number => Date.parse(text);

test('a D.95B gate-in says who came in, how, when and for which booking', async () => {
  const reading = await read(fixture('codeco-d95b-gate-in.edi'));
  const [dry, reefer, empty] = eventsOf(reading);
  expect(dry).toMatchObject({
    action: 'report',
    port: 'CNDLC',
    source: 'quayside',
    agency: 'terminal',
    code: 'terminal.gated-in',
    subject: { type: 'container', id: 'QAYU4100014' },
    references: [
      { type: 'bill', id: 'HB4400120', kind: 'booking' },
      { type: 'call', id: '9700316:CNDLC:031W' },
      { type: 'truck', id: 'LIAO B+12345' },
      { type: 'seal', id: 'HB53175' },
    ],
    classifier: 'actual',
    occurredAt: at('2026-03-02T14:02:00+08:00'),
    occurredAtText: '202603021402',
    zoneRule: 'activity',
    location: { facility: 'DQ1' },
    parties: [{ role: 'container-operator', code: 'HBL' }],
    details: {
      full: true,
      sizeType: '2210',
      direction: 'export',
      equipmentStatus: 'export',
      mode: 'truck',
      movement: 'FCL/FCL',
      seals: [{ number: 'HB53175', by: 'shipper' }],
      vgm: { value: '25340', unit: 'KGM' },
      weights: { gross: { value: '21500', unit: 'KGM' } },
    },
  });
  expect(reefer?.details).toMatchObject({
    mode: 'rail',
    seals: [{ number: '9981231', by: 'carrier' }],
    reefer: { temperature: '-18.0', unit: 'CEL' },
    dangerousGoods: [{ class: '9', unNumber: '3077' }],
  });
  expect(dry?.details).not.toHaveProperty('dangerousGoods');
  expect(empty).toMatchObject({ code: 'terminal.empty-returned', details: { full: false } });
  expect(findingsOf(reading)).toEqual(['una-missing']);
});

test('a D.95B discharge and load in one interchange give each box its call, cell and direction', async () => {
  const reading = await read(fixture('coarri-d95b-discharge-load.edi'));
  const events = eventsOf(reading);
  expect(events.map((e) => [e.code, e.subject.id, e.details?.['direction'], e.details?.['stowageCell'], e.details?.['full']])).toEqual([
    ['terminal.discharged', 'JADU2207018', 'import', '380886', true],
    ['terminal.discharged', 'JADU2207023', 'transhipment', '0100112', true],
    ['terminal.discharged', 'JADU2207039', 'import', '0110282', false],
    ['terminal.loaded', 'QAYU4100014', 'export', '261386', true],
  ]);
  expect(events.map((e) => e.references.find((r) => r.type === 'call')?.id)).toEqual([
    ...Array(3).fill('VRQX7:CNDLC:030E'),
    'VRQX7:CNDLC:031W',
  ]);
  expect(events.every((e) => e.zoneRule === 'port' && e.location?.facility === 'DQ1')).toBe(true);
  expect(events.map((e) => e.details?.['sizeType'])).toEqual(['45G1', '4300', '2210', '2210']);
  expect(events[0]?.details).not.toHaveProperty('seals');
  expect(reading.findings.filter((f) => f.code === 'seal-placeholder').map((f) => f.raw)).toEqual(['SI', 'Y']);
});

test('a D.00B load has its dangerous goods, temperature and declaration inside the box', async () => {
  const reading = await read(fixture('coarri-d00b-load.edi'));
  const [reefer, relay] = eventsOf(reading);
  expect(reefer).toMatchObject({
    code: 'terminal.loaded',
    occurredAt: at('2026-03-04T14:38:12+08:00'),
    recordedAt: at('2026-03-04T15:00:00+08:00'),
    references: [
      { type: 'bill', id: 'HB4400121', kind: 'booking' },
      { type: 'declaration', id: '020120260000000121' },
      { type: 'call', id: '9700316:CNDLC:031W' },
      { type: 'seal', id: '9981231' },
    ],
    parties: [{ role: 'carrier', code: 'HBL' }],
    details: {
      seals: [{ number: '9981231', by: 'customs' }],
      reefer: { temperature: '-18.0', unit: 'CEL' },
      dangerousGoods: [{ class: '9', unNumber: '3077' }],
    },
  });
  expect(relay?.details).toMatchObject({ direction: 'transhipment' });
  expect(findingsOf(reading)).toEqual(['charset-lie']);
});

test('a replacement and a cancellation name the report that the original made', async () => {
  const [original] = eventsOf(await read(fixture('codeco-d00b-gate-out-original.edi')));
  const [replacement] = eventsOf(await read(fixture('codeco-d00b-gate-out-replace.edi')));
  const [cancellation] = eventsOf(await read(fixture('codeco-d00b-gate-out-cancel.edi')));
  const target = { source: 'quayside', id: original?.id };
  expect(original).toMatchObject({
    action: 'report',
    code: 'terminal.gated-out',
    references: [{ type: 'bill', id: 'HBLB7700310' }, { type: 'call' }, { type: 'seal' }],
  });
  expect(replacement).toMatchObject({ action: 'correct', replaces: target, recordedAt: at('2026-03-10T11:05:00+08:00') });
  expect(cancellation).toMatchObject({ action: 'cancel', replaces: target, recordedAt: at('2026-03-10T12:15:00+08:00') });
  expect(new Set([original?.id, replacement?.id, cancellation?.id]).size).toBe(3);
});

test('the same message sent twice gives the same ids; another body of a replacement gives another', async () => {
  for (const name of ['codeco-d00b-gate-out-original.edi', 'codeco-d00b-gate-out-replace.edi'])
    expect(eventsOf(await read(fixture(name)))).toEqual(eventsOf(await read(fixture(name))));
  const text = fixture('codeco-d00b-gate-out-replace.edi').toString();
  const [one] = eventsOf(await read(text));
  const [other] = eventsOf(await read(text.replace('18420', '18421')));
  expect(other?.id).not.toBe(one?.id);
  expect(other?.replaces).toEqual(one?.replaces);
});

test.each(['', '0000000000'])(
  'without a document number (%j) box, voyage, move and time name the target, with a finding',
  async (number) => {
    const header = (fn: string) => [`BGM+44+${number}+${fn}`, ...dischargeHeader.slice(1)];
    const [original] = eventsOf(await read(discharge(box(), header('9'))));
    const replaced = await read(discharge([...box(), 'SEL+HB1+CA'], header('5')));
    expect(eventsOf(replaced)[0]?.replaces).toEqual({ source: 'quayside', id: original?.id });
    expect(findingsOf(replaced)).toContain('replace-target-inferred');
  },
);

test('a partner that uses document numbers again is identified by the move', async () => {
  const partner = { documentNumbers: 'reused' } as const;
  const [march] = eventsOf(await read(discharge(box()), { partner }));
  const [april] = eventsOf(await read(discharge(box('JADU2207018', 'DTM+203:202604010913:203')), { partner }));
  expect(april?.id).not.toBe(march?.id);
});

test('a box that stands twice in one document gets two ids and a finding', async () => {
  const reading = await read(discharge([...box(), ...box('JADU2207018', 'DTM+203:202603011000:203')]));
  expect(new Set(eventsOf(reading).map((e) => e.id)).size).toBe(2);
  expect(findingsOf(reading)).toContain('equipment-repeated');
});

test.each([
  ['JADU2207019', 'CQ_CONTAINER_CHECK_DIGIT', 'container-check-digit'],
  ['jadu2207018', 'CQ_CONTAINER_FORMAT', 'container-format'],
  ['JADU 2207018', 'CQ_CONTAINER_FORMAT', 'container-format'],
  ['ＪＡＤＵ2207018', 'CQ_CONTAINER_FORMAT', 'container-format'],
  ['JADU\u200b2207018', 'CQ_CONTAINER_FORMAT', 'container-format'],
  ['', 'CQ_CONTAINER_FORMAT', 'container-format'],
])('a container number %j is refused with its bytes and its neighbours stand', async (number, code, finding) => {
  const text = discharge([...box('JADU2207023'), ...box(number), ...box('JADU2207039')]);
  const reading = await read(text);
  expect(eventsOf(reading).map((e) => e.subject.id)).toEqual(['JADU2207023', 'JADU2207039']);
  const [refused] = reading.items.filter((i) => i.status === 'refused');
  expect(refused).toMatchObject({ subject: number, problems: [{ code, pointer: '/segments/7/elements/2' }] });
  expect(
    Buffer.from(text)
      .subarray(refused?.offset, (refused?.offset ?? 0) + (refused?.length ?? 0))
      .toString(),
  ).toBe(`EQD+CN+${number}+45G1:102:5++3+5'\nDTM+203:202603010913:203'`);
  expect(reading.findings.find((f) => f.code === finding)?.raw).toBe(number || `EQD+CN++45G1:102:5++3+5'`);
});

test.each([
  ['no time', [], 'time-missing'],
  ['an empty time', ['DTM+203::203'], 'time-missing'],
  ['24:00', ['DTM+203:202603012400:203'], 'time-invalid'],
  ['a leap second', ['DTM+203:20260301235960:204'], 'time-invalid'],
])('a box with %s is refused', async (_, time, finding) => {
  const reading = await read(discharge(['EQD+CN+JADU2207018+45G1:102:5++3+5', ...time]));
  expect(reading.items).toMatchObject([{ status: 'refused', problems: [{ code: 'CQ_TIME_INVALID' }] }]);
  expect(findingsOf(reading)).toContain(finding);
});

test('a time more than 24 h ahead is kept as quarantined, so is the year 2999', async () => {
  const reading = await read(
    discharge([
      ...box('JADU2207018', 'DTM+203:202603070913:203'),
      ...box('JADU2207023', 'DTM+203:299901010000:203'),
      ...box('JADU2207039'),
    ]),
  );
  expect(reading.items.map((i) => i.status === 'event' && i.quarantined)).toEqual([true, true, false]);
  expect(findingsOf(reading).filter((c) => c === 'time-ahead')).toHaveLength(2);
  const later = await read(discharge(box('JADU2207018', 'DTM+203:202603070913:203')), { receivedAt: instant(at('2026-03-08T00:00Z')) });
  expect(later.items).toMatchObject([{ quarantined: false }]);
});

test('a port that is not in the list refuses the box with a finding', async () => {
  const reading = await read(discharge(box(), [...dischargeHeader.slice(0, 2), 'LOC+11+XXNUL:139:6']));
  expect(reading.items).toMatchObject([{ status: 'refused', problems: [{ code: 'CQ_PORT_UNKNOWN' }] }]);
  expect(findingsOf(reading)).toEqual(['una-missing', 'locode-unknown', 'port-unknown']);
});

test('the other place of the header, the place of activity and the partner stand in for the port of call', async () => {
  const head = dischargeHeader.slice(0, 2);
  const portOf = async (text: string, partner = {}) => eventsOf(await read(text, { partner }))[0]?.port;
  expect(await portOf(discharge(box(), [...head, 'LOC+9+CNDLC:139:6']))).toBe('CNDLC');
  expect(await portOf(discharge([...box(), 'LOC+175+CNDAL:139:6'], head))).toBe('CNDLC');
  expect(await portOf(discharge(box(), head), { port: 'KRPUS' })).toBe('KRPUS');
});

test('a terminal glued to the place is split by the table of the partner only', async () => {
  const header = [...dischargeHeader.slice(0, 2), 'LOC+11+IDJKT45:139:6'];
  expect((await read(discharge(box(), header))).items).toMatchObject([{ status: 'refused' }]);
  const [event] = eventsOf(await read(discharge(box(), header), { partner: { places: { IDJKT45: { port: 'IDJKT', facility: '45' } } } }));
  expect(event).toMatchObject({ port: 'IDJKT', location: { facility: '45' } });
});

test('the table of the partner stands first: it may ignore, reverse or add a code', async () => {
  const codeOf = async (bgm: string, code: string) => {
    const reading = await read(discharge(box(), [`BGM+${bgm}+DIS-1+9`, ...dischargeHeader.slice(1)]), {
      partner: { codes: [{ message: 'COARRI', release: '*', bgm, code }] },
    });
    return [eventsOf(reading)[0]?.code, findingsOf(reading).at(-1)];
  };
  expect(await codeOf('44', 'ignore')).toEqual([undefined, 'bgm-code-ignored']);
  expect(await codeOf('44', 'terminal.loaded')).toEqual(['terminal.loaded', 'una-missing']);
  expect(await codeOf('44', 'terminal.relocated')).toEqual(['terminal.relocated', 'una-missing']);
  expect(await codeOf('777', 'terminal.discharged')).toEqual(['terminal.discharged', 'una-missing']);
});

test.each([
  ['an unknown document code', 'BGM+34+DIS-1+9', 'bgm-code-unknown'],
  ['a document code of nothing', 'BGM', 'bgm-code-unknown'],
  ['a confirmation', 'BGM+44+DIS-1+6', 'function-unknown'],
])('%s makes no event and is no refusal', async (_, bgm, finding) => {
  const reading = await read(discharge(box(), [bgm, ...dischargeHeader.slice(1)]));
  expect(reading).toMatchObject({ items: [], rejections: [], messages: 1 });
  expect(findingsOf(reading)).toContain(finding);
});

test('both columns of document codes are valid under either release', async () => {
  for (const bgm of ['44', '98', '119'])
    expect(eventsOf(await read(discharge(box(), [`BGM+${bgm}+D+9`, ...dischargeHeader.slice(1)])))[0]?.code).toBe('terminal.discharged');
  for (const bgm of ['46', '270', '122'])
    expect(eventsOf(await read(discharge(box(), [`BGM+${bgm}+D+9`, ...dischargeHeader.slice(1)])))[0]?.code).toBe('terminal.loaded');
});

test('an empty function is an original with a finding', async () => {
  const reading = await read(discharge(box(), ['BGM+44+DIS-1', ...dischargeHeader.slice(1)]));
  expect(eventsOf(reading)[0]?.action).toBe('report');
  expect(findingsOf(reading)).toContain('function-missing');
});

test('equipment status 7 is a discrepancy or a shut-out, 4 is no move', async () => {
  const withStatus = (status: string) => [`EQD+CN+JADU2207018+45G1:102:5++${status}+5`, 'DTM+203:202603010913:203'];
  const loading = ['BGM+46+L-1+9', ...dischargeHeader.slice(1)];
  expect(eventsOf(await read(discharge(withStatus('7'))))).toMatchObject([
    { code: 'terminal.discrepancy-recorded', details: { kind: 'short-landed' } },
  ]);
  expect(eventsOf(await read(discharge(withStatus('7'), loading)))).toMatchObject([{ code: 'terminal.shut-out' }]);
  const onBoard = await read(discharge(withStatus('4')));
  expect(onBoard.items).toEqual([]);
  expect(findingsOf(onBoard)).toContain('equipment-status-unmoved');
});

test('an unknown release takes the nearest older table with a finding', async () => {
  const reading = await read(discharge(box()).replace(':95B:', ':99A:'));
  expect(findingsOf(reading)).toContain('release-unknown');
  expect(eventsOf(reading)).toHaveLength(1);
});

test('a message type without a table is kept and makes no event', async () => {
  const reading = await read(discharge(box()).replace('COARRI', 'BAPLIE'));
  expect(reading).toMatchObject({ items: [], rejections: [], messages: 1 });
  expect(findingsOf(reading)).toContain('message-type-unsupported');
});

test.each([
  ['size-type-unknown', ['EQD+CN+JADU2207018+0000:102:5++3+5', 'DTM+203:202603010913:203']],
  ['full-empty-unknown', ['EQD+CN+JADU2207018+45G1:102:5++3', 'DTM+203:202603010913:203']],
  ['equipment-status-unknown', ['EQD+CN+JADU2207018+45G1:102:5++99+5', 'DTM+203:202603010913:203']],
  ['equipment-not-container', ['EQD+BL+PLATFORM1']],
  ['stowage-cell-format', [...box(), 'LOC+147+12+X']],
  ['unit-unknown', [...box(), 'MEA+AAE+G+STN:12']],
  ['time-qualifier-unusual', ['EQD+CN+JADU2207018+45G1:102:5++3+5', 'DTM+7:202603010913:203']],
  ['segment-unexpected', [...box(), 'DGS+IMD++1593']],
  ['segment-out-of-order', [...box(), 'SEL+HB1', 'RFF+BM:B1']],
])('%s is a finding, not a refusal', async (finding, boxes) => {
  const reading = await read(discharge(boxes));
  expect(findingsOf(reading)).toContain(finding);
  expect(reading.rejections).toEqual([]);
  expect(reading.items.filter((i) => i.status === 'refused')).toEqual([]);
});

test('a vessel id that is no IMO number gives way to the name, with a finding', async () => {
  const reading = await read(discharge(box(), ['BGM+44+D+9', 'TDT+20+030E+1++HBL+++1111111:146::JADE HERON', 'LOC+11+CNDLC']));
  expect(eventsOf(reading)[0]?.references).toContainEqual({ type: 'call', id: 'JADE HERON:CNDLC:030E' });
  expect(findingsOf(reading)).toContain('vessel-id-check-digit');
});

test('without vessel or voyage there is no link to a call, with a finding', async () => {
  const reading = await read(discharge(box(), ['BGM+44+D+9', 'LOC+11+CNDLC']));
  expect(eventsOf(reading)[0]?.references).toEqual([]);
  expect(findingsOf(reading)).toContain('call-unknown');
});

test('whatever stands in a file, reading it ends with a reading', async () => {
  const start = Buffer.from(discharge([...box(), 'SEL+Y', 'TDT+1++3', 'GID+1', 'SGP+JADU2207018']));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(start.length - 1), fc.integer({ min: 1, max: 255 })), { maxLength: 12 }), async (changes) => {
      const bytes = Buffer.from(start);
      for (const [offset, byte] of changes) bytes[offset] = byte;
      const reading = await read(bytes);
      expect(reading.messages + reading.rejections.length).toBeGreaterThan(0);
      for (const f of reading.findings) expect(f.offset + f.length).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 300 },
  );
});
