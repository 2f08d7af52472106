// Data requests: a copy is made and fetched, a user is erased with a receipt, and retention is told.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible, screenshot } from './lib/browser.mjs';
import { addFamily } from './lib/guardian.mjs';
import { asRole, journey, settled, tabTo } from './lib/journey.mjs';

const here = journey({ prepare: ({ engine }) => addFamily(engine) });
const dialog = () => here.page.getByRole('dialog', { name: 'New request' });

test('an empty list says what will be there; an unknown user is told at the field', async () => {
  const { page } = here;
  await here.visit('/data-requests');
  await page.getByText('No data requests').waitFor();
  await assertAccessible(page, 'no data requests');
  await tabTo(page, page.getByRole('button', { name: 'New request' }));
  await page.keyboard.press('Enter');
  const user = dialog().getByLabel('User', { exact: true });
  await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT');
  await user.fill('nobody');
  await page.keyboard.press('Enter');
  await dialog().getByText('Name a user who is known.').first().waitFor();
  await assertAccessible(page, 'a data request with a fault');
  await dialog().getByRole('button', { name: 'Cancel' }).click();
});

test('a copy is asked for from the page of a user, watched, and fetched', async () => {
  const { page } = here;
  await here.visit('/users/child-7');
  await page.getByRole('main').getByRole('link', { name: 'Data requests', exact: true }).click();
  await page.waitForURL(/\/data-requests\?.*user=child-7/);
  await page.getByRole('button', { name: 'New request' }).click();
  assert.equal(await dialog().getByLabel('User', { exact: true }).inputValue(), 'child-7');
  await dialog().getByRole('button', { name: 'Ask for the copy' }).press('Enter');
  await page.waitForURL(/\/data-requests\/[0-9a-f-]{36}/);
  await page.getByRole('progressbar').waitFor();
  await assertAccessible(page, 'a copy that is under way');
  const file = page.getByRole('link', { name: 'Download the archive' });
  await file.waitFor({ timeout: 30_000 });
  await page.getByRole('table', { name: 'In the copy' }).waitFor();
  await settled(page);
  await assertAccessible(page, 'a copy');
  await screenshot(page, 'data-request-copy');
  const download = page.waitForEvent('download');
  await file.click();
  assert.match((await download).suggestedFilename(), /^data-[0-9a-f-]{36}\.zip$/);
});

test('a user is erased once the id is typed again, and the receipt says what was done', async () => {
  const { page } = here;
  await here.visit('/data-requests?new=1');
  await dialog().getByLabel('User', { exact: true }).fill('child-7');
  await dialog().getByRole('radio', { name: /^Deletion/ }).check();
  await dialog().getByLabel("Type the user's id again").fill('child-8');
  await dialog().getByRole('button', { name: 'Erase this user' }).click();
  await dialog().getByText('This is not the id above.').waitFor();
  await assertAccessible(page, 'a deletion that is not confirmed');
  await dialog().getByLabel("Type the user's id again").fill('child-7');
  await dialog().getByRole('button', { name: 'Erase this user' }).press('Enter');
  await page.waitForURL(/\/data-requests\/[0-9a-f-]{36}/);
  await page.getByRole('heading', { name: 'Receipt' }).waitFor({ timeout: 30_000 });
  await page.getByText('erased', { exact: true }).first().waitFor();
  const facts = page.locator('dl').filter({ hasText: 'Keys destroyed' });
  assert.match(await facts.innerText(), /Keys destroyed\s+1/);
  await page.getByText('Nothing was disclosed to anybody else by consent.').waitFor();
  await page.getByRole('table', { name: 'Erased by store' }).getByText('users', { exact: true }).waitFor();
  await settled(page);
  await assertAccessible(page, 'a receipt');
  await screenshot(page, 'data-request-receipt');
  await here.visit('/data-requests?kind=deletion');
  const row = page.getByRole('table', { name: 'Requests' }).getByRole('row').filter({ hasText: 'deletion' });
  assert.match(await row.innerText(), /erased[\s\S]*done/);
  assert.deepEqual(page.faults, []);
});

test('retention is a tab', async () => {
  const { page } = here;
  await here.visit('/data-requests');
  await page.getByRole('tab', { name: 'Retention' }).click();
  await page.waitForURL(/tab=retention/);
  const rules = page.getByRole('table', { name: 'Retention' });
  assert.match(await rules.getByRole('row').filter({ hasText: 'sessions' }).first().innerText(), /730/);
  await assertAccessible(page, 'retention');
});

test('whoever may not see requests does not', () =>
  asRole(here, 'analyst', async (page) => {
    assert.equal(await page.getByRole('link', { name: 'Data requests' }).count(), 0);
    await here.visit('/data-requests', page);
    await page.getByText('Not for your role').waitFor();
  }));
