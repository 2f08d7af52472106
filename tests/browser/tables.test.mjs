// Lists: a row with an address is a link, names of others can not pretend, and what is done is not offered again.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible } from './lib/browser.mjs';
import { addLink, addParent, journey } from './lib/journey.mjs';

const here = journey({ demo: true });

test('a row that has an address opens in a tab of its own', async () => {
  const { page } = here;
  await here.visit('/links');
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
  const { page } = here;
  const long = 'p'.repeat(128);
  await addParent(here.engine, long);
  await addLink(here.engine, { referrer: long });
  await here.visit('/links');
  const name = page.getByTitle(long).first();
  await name.waitFor();
  assert.ok((await name.boundingBox()).width < 320);
});

test('a name that would turn the words around it is shown as it is', async () => {
  const { page } = here;
  const name = 'parent-\u202E71';
  await addParent(here.engine, name);
  const link = await addLink(here.engine, { referrer: name });
  const shown = 'parent-⟨U+202E⟩71';
  for (const path of ['/users?external_id=parent-%E2%80%AE71', '/users/parent-%E2%80%AE71', '/links', `/links/${link.id}`, '/links?referrer=parent-%E2%80%AE71']) {
    await here.visit(path);
    await page.getByText(shown).first().waitFor();
    const bare = await page.evaluate(() => document.body.innerText.includes('\u202E'));
    assert.ok(!bare, `${path} shows the character itself`);
  }
});

test('what is blocked is not offered to be blocked once more', async () => {
  const { page } = here;
  await here.visit('/guardrails?tab=bots');
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

test('a page of a list of the engine is sorted by its heads, and says that it is the page', async () => {
  const { page } = here;
  await here.visit('/links');
  const head = page.getByRole('columnheader', { name: 'Clicks' });
  await head.getByRole('button').click();
  await page.waitForURL(/sort=-clicks/);
  assert.equal(await head.getAttribute('aria-sort'), 'descending');
  const clicks = await page.locator('tbody td[data-label="Clicks"]').allInnerTexts();
  const numbers = clicks.map((text) => Number(text.replaceAll(',', '')));
  assert.ok(numbers.length > 3);
  assert.deepEqual(numbers, [...numbers].sort((a, b) => b - a));
  await page.getByText('Sorted within this page').waitFor();
});

for (const [path, name] of [['/guardrails', 'Suspicious clicks'], ['/operators', 'Operators'], ['/api-keys', 'API keys']]) {
  test(`on ${name} the slash leads to a field that finds rows`, async () => {
    const { page } = here;
    await here.visit(path);
    const table = page.getByRole('table', { name });
    await table.waitFor();
    const rows = await table.locator('tbody tr').count();
    await page.keyboard.press('/');
    const field = page.getByRole('searchbox', { name: 'Find in the list' });
    await page.waitForFunction(() => document.activeElement?.type === 'search');
    const word = (await table.locator('tbody tr td').first().innerText()).trim();
    await page.keyboard.type(word.toUpperCase());
    await page.waitForURL((url) => url.searchParams.get('find') === word.toUpperCase());
    assert.ok(await table.locator('tbody tr').count() <= rows);
    for (const text of await table.locator('tbody tr').allInnerTexts()) assert.ok(text.includes(word), text);
    await field.fill('nobody has this');
    await page.getByText('No row of this list holds “nobody has this”.').waitFor();
    await assertAccessible(page, `${name} with nothing found`);
  });
}

test('the slash says when there is nothing to filter', async () => {
  const { page } = here;
  await here.visit('/about');
  await page.getByText('Running since').waitFor();
  await page.keyboard.press('/');
  await page.getByText('There is nothing to filter on this page.').waitFor();
});

test('the palette finds links and users by the beginning of a name', async () => {
  const { page } = here;
  await addParent(here.engine, 'palette-person');
  const link = await addLink(here.engine, { referrer: 'palette-person' });
  await here.visit('/');
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search and commands' }).fill('Palette-p');
  const found = page.getByRole('option', { name: /palette-person/ });
  await found.nth(1).waitFor();
  assert.equal(await found.count(), 2, 'the link and the person');
  await page.getByRole('option', { name: 'palette-person', exact: true }).click();
  await page.waitForURL(/\/users\/palette-person/);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search and commands' }).fill(link.token.slice(0, 6));
  await page.getByRole('option', { name: new RegExp(link.token) }).click();
  await page.waitForURL(new RegExp(link.id));
});

test('the palette makes things', async () => {
  const { page } = here;
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search and commands' }).fill('invite');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Invite operator' }).waitFor();
  assert.match(page.url(), /\/operators$/);
  assert.deepEqual(page.faults, []);
});
