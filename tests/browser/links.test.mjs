// Links: what a new one carries, and what is done to many.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { assertAccessible } from './lib/browser.mjs';
import { TARGET } from './lib/engine.mjs';
import { addLink, addParent, journey } from './lib/journey.mjs';

const here = journey({ prepare: ({ engine }) => addParent(engine) });

test('a link is made with UTM and metadata, says so, and ends in as many days as were typed', async () => {
  const { engine, page } = here;
  await here.visit('/links/new');
  await page.getByLabel('Referrer').fill('parent-17');
  await page.getByLabel('Source').fill('buddy_challenge');
  await page.getByLabel('Target URL').fill(TARGET);
  await page.getByLabel('UTM medium').fill('newsletter');
  await page.getByLabel('Metadata').fill('class 7b');
  await page.getByRole('button', { name: 'Create link' }).click();
  await page.getByText('Give a JSON object').waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');

  await page.getByLabel('Metadata').fill('{"class": "7b"}');
  await page.getByRole('button', { name: 'Create link' }).click();
  await page.waitForURL(/\/links\/[0-9a-f-]{36}/);
  await page.getByText('The link is created.').waitFor();
  await page.getByText('utm_source=buddy_challenge, utm_medium=newsletter, utm_campaign=organic').waitFor();
  await page.getByText('"class": "7b"').waitFor();
  await page.getByText('in 30 days').waitFor();
  assert.equal(await page.getByRole('button', { name: /Extend/ }).count(), 0);
  const link = await engine.api('GET', `/v1/links/${page.url().match(/links\/([0-9a-f-]{36})/)[1]}`);
  assert.deepEqual([link.utm_medium, link.metadata], ['newsletter', { class: '7b' }]);
  assert.deepEqual(page.faults, []);
});

test('links are filtered by the days they were made on', async () => {
  const { engine, page } = here;
  await addLink(engine);
  const today = new Date().toISOString().slice(0, 10);
  await here.visit('/links?tz=UTC');
  const rows = page.getByRole('table', { name: 'Links' }).locator('tbody tr');
  await rows.first().waitFor();
  const all = await rows.count();
  await page.getByLabel('Created from').fill(today);
  await page.waitForURL((url) => url.searchParams.get('created_from') === today);
  await page.getByRole('button', { name: /Remove the filter Created from/ }).waitFor();
  assert.equal(await rows.count(), all);
  assert.match(await page.getByRole('link', { name: 'Export all that match' }).getAttribute('href'), /created_from=\d{4}-\d\d-\d\dT00%3A00%3A00Z/);
  await here.visit('/links?created_to=2020-01-01');
  await page.getByText('No link matches').waitFor();
  await here.visit('/links?created_to=soon');
  await page.getByText('asks for created_to=soon').waitFor();
  await rows.first().waitFor();
});

test('chosen links are saved, switched off, and on again by undo', async () => {
  const { engine, page } = here;
  for (let made = 0; made < 26; made += 1) await addLink(engine, { source: 'bulk', campaign: `c${made}` });
  await here.visit('/links?source=bulk');
  const table = page.getByRole('table', { name: 'Links' });
  await table.locator('tbody tr').first().waitFor();
  await table.getByRole('checkbox', { name: /^Choose (?!all)/ }).first().check();
  const bar = page.getByRole('region', { name: 'Chosen links' });
  await bar.getByText('1 link chosen').waitFor();
  await assertAccessible(page, 'a chosen link');

  const coming = page.waitForEvent('download');
  await bar.getByRole('button', { name: 'Export the chosen' }).click();
  const file = (await readFile(await (await coming).path())).toString().trim().split('\r\n');
  assert.equal(file.length, 2);
  assert.match(file[1], /bulk,c25/);

  await table.getByRole('checkbox', { name: 'Choose all on this page' }).check();
  await bar.getByText('25 links chosen').waitFor();
  await bar.getByRole('button', { name: 'Choose all that match' }).click();
  await bar.getByText('26 links chosen').waitFor();
  await bar.getByRole('button', { name: 'Disable' }).click();
  await page.getByText('26 links are disabled.').waitFor();
  const off = () => engine.api('GET', '/v1/links?source=bulk&status=disabled&limit=100').then(({ items }) => items.length);
  assert.equal(await off(), 26);
  assert.equal(await bar.count(), 0, 'what is done is chosen no more');

  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('26 links are enabled.').waitFor();
  assert.equal(await off(), 0);
  await page.mouse.move(1, 1);
  await table.getByText('active').first().waitFor();
  assert.deepEqual(page.faults, []);
});
