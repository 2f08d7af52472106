// Recaps: made for a week with the job in sight, read with what they say, and sent again to the parent.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible } from './lib/browser.mjs';
import { addFamilyWeek, asRole, journey, tabTo } from './lib/journey.mjs';

const here = journey();
let week;

test('an empty list says what will be there', async () => {
  const { page } = here;
  await here.visit('/recaps');
  await page.getByText('No recaps yet').waitFor();
  await assertAccessible(page, 'no recaps');
});

test('a day that is no Monday is told at its field', async () => {
  const { page } = here;
  await here.visit('/recaps?new=1');
  const dialog = page.getByRole('dialog', { name: 'Generate recaps' });
  const day = dialog.getByLabel('Week from Monday');
  await day.fill('2026-03-10');
  await dialog.getByRole('button', { name: 'Generate recaps' }).click();
  await page.waitForFunction((id) => document.getElementById(id)?.getAttribute('aria-invalid') === 'true', await day.getAttribute('id'));
  await assertAccessible(page, 'a week with a fault');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
});

test('the recaps of a week are made by keyboard, and the list follows the job', async () => {
  const { page, engine } = here;
  week = await addFamilyWeek(engine);
  await here.visit('/recaps');
  const open = page.getByRole('button', { name: 'Generate recaps' });
  await open.waitFor();
  await tabTo(page, open);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Generate recaps' });
  assert.equal(await dialog.getByLabel('Week from Monday').inputValue(), week);
  await tabTo(page, dialog.getByRole('button', { name: 'Generate recaps' }));
  await page.keyboard.press('Enter');
  await page.waitForURL(/job=[0-9a-f-]{36}/);
  await page.getByText(/^Done: /).waitFor({ timeout: 20_000 });
  const row = page.getByRole('table', { name: 'Recaps' }).getByRole('row').filter({ hasText: 'child-3' });
  await row.waitFor();
  assert.match(await row.innerText(), /parent-17[\s\S]*child-3[\s\S]*2[\s\S]*75/);
  await page.reload();
  await page.getByText(/^Done: /).waitFor();
  await assertAccessible(page, 'recaps that were made');
});

test('a recap says what the child did, and whom it is about', async () => {
  const { page } = here;
  await page.getByRole('table', { name: 'Recaps' }).locator('a.row-open').first().press('Enter');
  const drawer = page.getByRole('dialog', { name: 'Recap' });
  for (const said of ['Fractions', 'Keep at it', 'Solved ten tasks', 'Mathematics']) {
    await drawer.getByText(said, { exact: false }).first().waitFor();
  }
  await drawer.getByRole('link', { name: 'child-3' }).waitFor();
  await assertAccessible(page, 'a recap');
  await drawer.getByRole('button', { name: 'Send again' }).click();
  // The parent has no address: the engine says so, and the app where the button is.
  await drawer.getByRole('alert').waitFor();
  assert.deepEqual(page.faults, []);
});

test('filters stand in the address, and who may only read is offered nothing else', () =>
  asRole(here, 'safety', async (page) => {
    await here.visit(`/recaps?child=child-3&week=${week}`, page);
    await page.getByRole('table', { name: 'Recaps' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Generate recaps' }).count(), 0);
    await here.visit('/recaps?parent=nobody', page);
    await page.getByText('No recap matches').waitFor();
  }));
