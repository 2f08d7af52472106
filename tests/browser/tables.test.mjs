// Lists: a row with an address is a link, names of others can not pretend, and what is done is not offered again.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { TARGET, startEngine } from './lib/engine.mjs';
import { assertAccessible, launch, openPage, signIn } from './lib/browser.mjs';

let engine;
let browser;
let page;

before(async () => {
  engine = await startEngine({ demo: true });
  browser = await launch();
  page = await openPage(browser);
  await signIn(page, engine);
});
after(async () => {
  await browser?.close();
  await engine?.stop();
});

test('a row that has an address opens in a tab of its own', async () => {
  await page.goto(engine.url + '/links');
  const opener = page.getByRole('table').first().locator('tbody tr a.row-open').first();
  assert.match(await opener.getAttribute('href'), /^\/links\/[0-9a-f-]{36}/);
  const coming = page.context().waitForEvent('page');
  await opener.click({ modifiers: ['ControlOrMeta'] });
  const other = await coming;
  await other.waitForURL(/\/links\/[0-9a-f-]{36}/);
  await other.close();
  await opener.click();
  await page.waitForURL(/\/links\/[0-9a-f-]{36}/);
});

test('a long id leaves room for the other columns', async () => {
  const long = 'p'.repeat(128);
  await engine.api('PUT', `/v1/users/${long}`, { persona: 'parent', age_band: 'adult' });
  await engine.api('POST', '/v1/links', { referrer: long, source: 'organic', target_url: TARGET, channel: 'copy' });
  await page.goto(engine.url + '/links');
  const name = page.getByTitle(long).first();
  await name.waitFor();
  assert.ok((await name.boundingBox()).width < 320);
});

test('what is blocked is not offered to be blocked once more', async () => {
  await page.goto(engine.url + '/guardrails?tab=bots');
  const row = page.getByRole('row').filter({ has: page.getByRole('button', { name: 'Block', exact: true }) }).first();
  const device = (await row.locator('.user-text').first().innerText()).trim();
  await row.getByRole('button', { name: 'Block', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('clicks faster than people do');
  await dialog.getByRole('button', { name: 'Block' }).click();
  await page.mouse.move(1, 1);
  const blocked = page.getByRole('row').filter({ hasText: device });
  await blocked.getByText('blocked', { exact: true }).waitFor();
  assert.equal(await blocked.getByRole('button', { name: 'Block', exact: true }).count(), 0);
  await assertAccessible(page, 'bots with a block');
});

test('the palette makes things', async () => {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search and commands' }).fill('invite');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Invite operator' }).waitFor();
  assert.match(page.url(), /\/operators$/);
  assert.deepEqual(page.faults, []);
});
