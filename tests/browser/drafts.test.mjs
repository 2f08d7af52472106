// What was typed survives a reload, leaving and coming back, and the end of the session; it ends when it is sent.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { TARGET } from './lib/engine.mjs';
import { signOut, submitSignIn } from './lib/browser.mjs';
import { addParent, journey } from './lib/journey.mjs';

const here = journey({ prepare: ({ engine }) => addParent(engine) });

async function typedLink() {
  const { page } = here;
  return {
    referrer: await page.getByLabel('Referrer').inputValue(),
    target: await page.getByLabel('Target URL').inputValue(),
    days: await page.getByLabel('Days until it expires').inputValue(),
  };
}

test('a link that is being made is kept over a reload, another page and the end of the session', async () => {
  const { engine, page } = here;
  await here.visit('/links/new');
  await page.getByLabel('Referrer').fill('parent-17');
  await page.getByLabel('Source').fill('buddy_challenge');
  await page.getByLabel('Target URL').fill(TARGET);
  await page.getByLabel('Days until it expires').fill('12');
  const typed = { referrer: 'parent-17', target: TARGET, days: '12' };
  await page.reload();
  assert.deepEqual(await typedLink(), typed);

  await page.getByRole('link', { name: 'Overview' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.goBack();
  assert.deepEqual(await typedLink(), typed);

  await page.context().clearCookies();
  await page.getByRole('button', { name: 'Create link' }).click();
  await page.getByText('Your session has ended').waitFor();
  await submitSignIn(page, engine.admin);
  await page.getByRole('heading', { level: 1, name: 'New link' }).waitFor();
  assert.deepEqual(await typedLink(), typed);

  await page.getByRole('button', { name: 'Create link' }).click();
  await page.waitForURL(/\/links\/[0-9a-f-]{36}/);
  await here.visit('/links/new');
  assert.deepEqual(await typedLink(), { referrer: '', target: '', days: '30' });
});

test('a session that has ended says so, also after a reload', () =>
  here.apart(async (page) => {
    await page.context().clearCookies();
    await page.reload();
    await page.getByText('Your session has ended').waitFor();
  }));

test('thresholds that are not saved are kept over a reload', async () => {
  const { page } = here;
  await here.visit('/settings');
  await page.getByLabel('Clicks in a burst').fill('7');
  await page.reload();
  assert.equal(await page.getByLabel('Clicks in a burst').inputValue(), '7');
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await page.reload();
  assert.equal(await page.getByLabel('Clicks in a burst').inputValue(), '3');
});

test('the dialogs for a key and an invitation keep what was typed until it is cancelled', async () => {
  const { page } = here;
  await here.visit('/api-keys');
  await page.getByRole('button', { name: 'Create API key' }).click();
  const name = page.getByRole('dialog').getByLabel('Name');
  await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT');
  await name.fill('Nightly export');
  await page.getByRole('checkbox', { name: 'links:read' }).check();
  await page.reload();
  await page.getByRole('button', { name: 'Create API key' }).click();
  assert.equal(await name.inputValue(), 'Nightly export');
  assert.ok(await page.getByRole('checkbox', { name: 'links:read' }).isChecked());
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Create API key' }).click();
  assert.equal(await name.inputValue(), '');

  await here.visit('/operators');
  await page.getByRole('button', { name: 'Invite operator' }).click();
  await page.getByRole('dialog').getByLabel('Email').fill('ada@example.org');
  await page.reload();
  await page.getByRole('button', { name: 'Invite operator' }).click();
  assert.equal(await page.getByRole('dialog').getByLabel('Email').inputValue(), 'ada@example.org');
});

test('nothing secret is kept, and signing out keeps nothing', async () => {
  const { page } = here;
  await here.visit('/account');
  await page.getByLabel('Current password').fill('a secret of mine');
  const kept = () => page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
  assert.ok(!(await kept()).includes('a secret of mine'));
  assert.ok((await kept()).includes('ada@example.org'));
  await signOut(page);
  assert.ok(!(await kept()).includes('ve.draft.'), 'drafts are gone');
  assert.deepEqual(page.faults, []);
});
