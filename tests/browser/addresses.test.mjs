// Addresses: what they name is shown, and what they name in vain is said, once.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible } from './lib/browser.mjs';
import { journey } from './lib/journey.mjs';

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

test('what an address asks for in vain is said, and taken out of it', async () => {
  const { page } = here;
  await here.visit('/guardrails?days=abc&tz=Nowhere&tab=nope&events=junk');
  await page.getByText('asks for days=abc, tz=Nowhere,').waitFor();
  await page.getByText('asks for tab=nope,').waitFor();
  await page.getByText('asks for events=junk,').waitFor();
  await assertAccessible(page, 'an address with nonsense');
  const forget = page.getByRole('button', { name: 'Take it out of the address' });
  for (let left = 3; left > 0; left -= 1) await forget.first().click();
  await page.waitForURL((url) => url.search === '');
  assert.equal(await forget.count(), 0);
  assert.deepEqual(page.faults, []);
});

test('a user of any name has a page', async () => {
  const { page } = here;
  const names = ['.', '..', '...', '~', 'a/b', 'a+b', 'ä b%2F?#'];
  const users = names.map((name) => ({ external_id: name, persona: 'parent', age_band: 'adult' }));
  await here.engine.api('POST', '/v1/users/bulk', { users });
  for (const name of names) {
    await here.visit(`/users?external_id=${encodeURIComponent(name)}`);
    await page.getByRole('table', { name: 'Users' }).locator('a.row-open').click();
    await page.getByRole('heading', { level: 1, name: 'User' }).waitFor();
    const id = page.locator('dl.facts dd').first();
    await id.waitFor();
    assert.equal(await id.innerText(), name);
    await page.reload();
    await id.waitFor();
    assert.equal(await id.innerText(), name);
  }
  assert.deepEqual(page.faults, []);
});
