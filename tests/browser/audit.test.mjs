// The audit trail: searched, verified, signed, and a change behind the engine's back is told where it was made.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible } from './lib/browser.mjs';
import { asRole, journey, settled } from './lib/journey.mjs';
import { execute, rows } from './lib/sql.mjs';

const here = journey();

/** Leaves an entry. */
function write() {
  return here.engine.api('POST', '/v1/queues/email/pause').then(() => here.engine.api('POST', '/v1/queues/email/resume'));
}

test('entries are found by what they are about, and read in full', async () => {
  const { page } = here;
  await write();
  await here.visit('/audit');
  const table = page.getByRole('table', { name: 'Entries' });
  await table.getByText('resume_queue').first().waitFor();
  await assertAccessible(page, 'the audit trail');
  await page.getByLabel('Action', { exact: true }).fill('pause_queue');
  await page.keyboard.press('Enter');
  await page.waitForURL(/action=pause_queue/);
  await page.waitForFunction(() => !document.body.innerText.includes('resume_queue'));
  await table.locator('.row-open').first().click();
  const drawer = page.getByRole('dialog', { name: 'Entry' });
  await drawer.getByText('pause_queue').waitFor();
  await drawer.getByRole('heading', { name: 'Changes' }).waitFor();
  await assertAccessible(page, 'an entry');
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'hidden' });
  await here.visit('/audit?action=no_such_action');
  await page.getByText('No entry matches').waitFor();
});

test('entries are found by their days, the last of which counts whole', async () => {
  const { page } = here;
  const day = (offset) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  await here.visit('/audit');
  const table = page.getByRole('table', { name: 'Entries' });
  await page.getByLabel('From (UTC)', { exact: true }).fill(day(-2));
  await page.waitForURL(new RegExp(`from=${day(-2)}T00`));
  await page.getByLabel('Until (UTC)', { exact: true }).fill(day(0));
  await page.getByText(`Until (UTC): ${day(0)}`).waitFor();
  await table.getByText('resume_queue').first().waitFor();
  await page.getByLabel('Until (UTC)', { exact: true }).fill(day(-1));
  await page.getByText('No entry matches').waitFor();
  await assertAccessible(page, 'the audit trail by days');
});

test('the trail is signed, the head is a file, and verifying says that nobody changed it', async () => {
  const { page } = here;
  await here.visit('/audit');
  await page.getByRole('button', { name: 'Sign now' }).press('Enter');
  const heads = page.getByRole('table', { name: 'Signed heads' });
  const file = heads.getByRole('link', { name: /^Download the head of/ }).first();
  await file.waitFor();
  const download = page.waitForEvent('download');
  await file.click();
  assert.match((await download).suggestedFilename(), /^audit-head-\d+\.txt$/);
  await page.getByRole('button', { name: 'Verify', exact: true }).press('Enter');
  await page.getByText('Nobody changed it.').waitFor();
  await settled(page);
  await assertAccessible(page, 'a verified trail');
});

test('a change behind the back of the engine is told with its place', async () => {
  const { page, engine } = here;
  const [entry] = await rows(engine, "SELECT l.seq FROM audit_leaves l JOIN audit_entries e ON e.id = l.entry_id WHERE e.action = 'pause_queue'");
  await execute(engine, 'ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_append_only');
  await execute(engine, "UPDATE audit_entries SET object_id = 'other' WHERE action = 'pause_queue'");
  await execute(engine, 'ALTER TABLE audit_entries ENABLE TRIGGER audit_entries_append_only');
  await here.visit('/audit');
  await page.getByRole('button', { name: 'Verify', exact: true }).press('Enter');
  await page.getByText('1 finding: it was tampered with.').waitFor();
  await page.getByText(`Entry ${entry.seq}`).waitFor();
  await page.getByText('entry_changed').waitFor();
  await settled(page);
  await assertAccessible(page, 'a trail that was tampered with');
});

test('whoever may not read the trail does not see it', async () => {
  await asRole(here, 'analyst', async (page) => {
    assert.equal(await page.getByRole('link', { name: 'Audit' }).count(), 0);
  });
});
