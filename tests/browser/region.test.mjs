// Figures are written as the operator's region writes them; texts stay English.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { journey } from './lib/journey.mjs';

const here = journey({ demo: true, signedIn: false });

test('numbers and dates follow the region of the browser, words do not', () =>
  here.apart(async (page) => {
    await here.visit('/guardrails?from=2026-03-01&to=2026-03-05', page);
    await page.getByRole('button', { name: '1. März 2026 to 5. März 2026' }).waitFor();
    await here.visit('/guardrails', page);
    await page.getByRole('heading', { level: 2, name: 'Health score' }).waitFor();
    assert.match(await page.locator('.stat-value').first().innerText(), /^\d+,\d$/);
    assert.deepEqual(page.faults, []);
  }, { locale: 'de-DE' }));
