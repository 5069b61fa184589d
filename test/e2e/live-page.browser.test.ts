import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium } from '../support/chromium.ts';
import { type RunningClearquay, startClearquay } from '../support/clearquay.ts';

let clearquay: RunningClearquay;
let browser: Browser;
let page: Page;
const errors: string[] = [];

const box = 'QYSU5100007';
const event = (n: number, code: string, type: string, id: string, more: object = {}): object => ({
  id: `page-${n}`,
  source: 'page',
  port: 'CNDLC',
  code,
  subject: { type, id },
  occurredAt: new Date(Date.UTC(2026, 2, 1, 8, n)).toISOString(),
  ...more,
});

const send = async (...events: object[]): Promise<void> => {
  const answer = await clearquay.get('/v1/events', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ events }),
  });
  expect(((await answer.json()) as { outcomes: { status: string }[] }).outcomes.map((o) => o.status)).not.toContain('rejected');
};

beforeAll(async () => {
  clearquay = await startClearquay();
  const path = findChromium();
  if (!path) throw new Error('no Chromium; set CHROMIUM_PATH');
  browser = await chromium.launch({
    executablePath: path,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await clearquay?.stop();
});

test('the page shows a visit, follows it live, opens its timeline and speaks both languages', async () => {
  await send(
    event(1, 'carrier.bill-linked', 'container', box, { references: [{ type: 'bill', id: 'QYB-PAGE' }], details: { direction: 'import' } }),
  );
  await page.goto(`${clearquay.url}/#key=${clearquay.key}`);
  const row = page.getByRole('row').filter({ hasText: box });
  await row.waitFor();
  expect(page.url()).not.toContain(clearquay.key);
  await send(
    event(2, 'terminal.discharged', 'container', box, { location: { facility: 'DCT' } }),
    event(3, 'customs.released', 'bill', 'QYB-PAGE'),
  );
  await row.filter({ hasText: 'Released by customs' }).waitFor();
  await row.getByRole('button').first().click();
  await page.getByRole('dialog').getByText('Discharged', { exact: false }).first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '中文' }).click();
  await row.filter({ hasText: '海关放行' }).filter({ hasText: '进口' }).waitFor();
  await row.getByRole('button').first().click();
  await page.getByRole('dialog').getByText('提单箱号关联 (进口)').waitFor();
  await page.getByRole('dialog').getByText('码头场站 · page').waitFor();
  expect(errors).toEqual([]);
}, 60_000);
