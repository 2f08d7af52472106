// Addresses: what they name is shown, and what they name in vain is said, once.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { journey, settled } from './lib/journey.mjs';

const here = journey({ demo: true });

test('a link that is not there is one message', async () => {
  const { page } = here;
  await here.visit('/links/01963b2e-7f00-7c10-9c5e-1a2b3c4d5e6f');
  await page.getByText('what it named is gone').waitFor();
  assert.equal(await page.getByText('could not be loaded').count(), 0);
  assert.equal(await page.getByText('No hits yet').count(), 0);
});

test('a violation that is open is in the address, so that it can be passed on', async () => {
  const { page } = here;
  await here.visit('/guardrails?tab=coppa&days=30');
  const table = page.getByRole('table', { name: 'Violations' });
  await table.locator('a.row-open').first().click();
  const drawer = page.getByRole('dialog', { name: 'Personal information in a payload' });
  const id = await drawer.locator('code').last().innerText();
  assert.match(page.url(), /[?&]violation=/);
  await page.reload();
  await drawer.getByText(id).waitFor();
  await page.keyboard.press('Escape');
  await page.waitForURL((url) => !url.searchParams.has('violation'));
});
