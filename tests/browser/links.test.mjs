// Links: what a new one carries.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { TARGET } from './lib/engine.mjs';
import { addParent, journey } from './lib/journey.mjs';

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
