// Thresholds: by name and in groups, faults are told where they are, and who may not change them reads text.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { startEngine } from './lib/engine.mjs';
import { assertAccessible, launch, openPage, signIn } from './lib/browser.mjs';

let engine;
let browser;
let page;

before(async () => {
  engine = await startEngine();
  browser = await launch();
  page = await openPage(browser);
  await signIn(page, engine);
});
after(async () => {
  await browser?.close();
  await engine?.stop();
});

test('a changed threshold can be reset, and the page stays accessible', async () => {
  await page.goto(engine.url + '/settings');
  await page.getByRole('heading', { level: 2, name: 'Suspicious clicks' }).waitFor();
  await page.getByLabel('Clicks of an address on a day').fill('15');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Reset to default: Clicks of an address on a day' }).waitFor();
  await assertAccessible(page, 'settings with a change');
});

test('caps beyond the score are told at the field, which gets the focus', async () => {
  await page.goto(engine.url + '/settings');
  const cap = page.getByLabel('Most points off for suspicious clicks');
  await cap.fill('90');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The four caps add up to 160').waitFor();
  assert.equal(await cap.getAttribute('aria-invalid'), 'true');
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');
  await page.getByRole('button', { name: 'Discard changes' }).click();
  assert.deepEqual(page.faults, []);
});
