// Thresholds: by name and in groups, faults are told where they are, and who may not change them reads text.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible } from './lib/browser.mjs';
import { journey } from './lib/journey.mjs';

const here = journey();

test('a changed threshold can be reset, and the page stays accessible', async () => {
  const { page } = here;
  await here.visit('/settings');
  await page.getByRole('heading', { level: 2, name: 'Suspicious clicks' }).waitFor();
  await page.getByLabel('Clicks of an address on a day').fill('15');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Reset to default: Clicks of an address on a day' }).waitFor();
  await assertAccessible(page, 'settings with a change');
});

test('caps beyond the score are told at the field, which gets the focus', async () => {
  const { page } = here;
  await here.visit('/settings');
  const cap = page.getByLabel('Most points off for suspicious clicks');
  await cap.fill('90');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The four caps add up to 160').waitFor();
  assert.equal(await cap.getAttribute('aria-invalid'), 'true');
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');
  await page.getByRole('button', { name: 'Discard changes' }).click();
  assert.deepEqual(page.faults, []);
});
