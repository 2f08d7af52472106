// Reports: asked for by keyboard, watched until they are there, read, saved, and compared with today.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible } from './lib/browser.mjs';
import { addParent, asOperator, asRole, journey, settled, tabTo } from './lib/journey.mjs';

const here = journey();

/** Waits until the engine has computed a report. */
async function ready(id) {
  for (let tries = 0; tries < 100; tries += 1) {
    const report = await here.engine.api('GET', `/v1/reports/${id}`);
    if (report.status === 'ready') return report;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('the report is not ready within 20 s');
}

test('an empty list says what will be there', async () => {
  const { page } = here;
  await here.visit('/reports');
  await page.getByText('No reports yet').waitFor();
  await assertAccessible(page, 'no reports');
});

test('a weekly report is asked for by keyboard and appears without a reload', async () => {
  const { page, engine } = here;
  await here.visit('/reports');
  const open = page.getByRole('button', { name: 'Generate report' });
  await open.waitFor();
  await tabTo(page, open);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Generate report' });
  await page.waitForFunction(() => document.activeElement?.tagName === 'SELECT');
  await assertAccessible(page, 'the form of a report');
  await tabTo(page, dialog.getByRole('button', { name: 'Generate report' }));
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/reports\/[0-9a-f-]{36}/);
  await page.getByRole('heading', { name: 'What the figures say' }).waitFor({ timeout: 20_000 });
  await page.getByRole('heading', { name: 'What to do next' }).waitFor();
  const report = await engine.api('GET', new URL(page.url()).pathname.replace('/reports', '/v1/reports'));
  for (const sentence of [...report.insights, ...report.recommendations]) {
    await page.getByText(sentence, { exact: true }).first().waitFor();
  }
  await settled(page);
  await assertAccessible(page, 'a report');
  assert.deepEqual(page.faults, []);
});

test('while it is computed the page says so, and shows it as soon as it is there', async () => {
  const { page, engine } = here;
  await engine.api('POST', '/v1/queues/reports/pause');
  const { id } = await engine.api('POST', '/v1/reports', { type: 'monthly' });
  await here.visit('/reports');
  await page.getByText('computing', { exact: true }).waitFor();
  await here.visit(`/reports/${id}`);
  await page.getByRole('progressbar', { name: 'The report is being computed' }).waitFor();
  await assertAccessible(page, 'a report that is being computed');
  await engine.api('POST', '/v1/queues/reports/resume');
  await page.getByRole('heading', { name: 'What the figures say' }).waitFor({ timeout: 20_000 });
});

test('days that are missing or make no sense are told at their field', async () => {
  const { page } = here;
  await here.visit('/reports?new=1');
  const dialog = page.getByRole('dialog', { name: 'Generate report' });
  await dialog.getByLabel('Type').selectOption('custom');
  await dialog.getByRole('button', { name: 'Generate report' }).click();
  await dialog.getByText('Choose a day.').first().waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');
  await dialog.getByLabel('First day').fill('2026-02-14');
  await dialog.getByLabel('Last day').fill('2026-02-01');
  await dialog.getByLabel('Time zone').fill('Nowhere/Land');
  await dialog.getByRole('button', { name: 'Generate report' }).click();
  const zone = dialog.getByLabel('Time zone');
  await page.waitForFunction((id) => document.getElementById(id).getAttribute('aria-invalid') === 'true', await zone.getAttribute('id'));
  await zone.fill('UTC');
  await dialog.getByRole('button', { name: 'Generate report' }).click();
  await page.waitForFunction(() => document.querySelector('dialog input[type="date"][aria-invalid="true"]'));
  await assertAccessible(page, 'a form with faults');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
});

test('a report is saved in every form, and a late event shows in what changed since', async () => {
  const { page, engine } = here;
  const { id } = await engine.api('POST', '/v1/reports', { type: 'weekly' });
  await ready(id);
  await here.visit(`/reports/${id}`);
  const files = page.getByRole('group', { name: 'Save as' });
  await files.waitFor();
  const formats = await files.getByRole('link').allInnerTexts();
  for (const name of ['HTML', 'PDF', 'CSV', 'JSON']) assert.ok(formats.some((it) => it.trim() === name), `${name} of ${formats}`);
  const coming = page.waitForEvent('download');
  await files.getByRole('link', { name: 'CSV' }).click();
  assert.match((await coming).suggestedFilename(), /^report-weekly-.*\.csv$/);

  await page.getByRole('button', { name: 'Compare with today' }).click();
  await page.getByText('Nothing changed: the report stands as it is.').waitFor();
  await addParent(engine);
  const late = new Date(Date.now() - 3 * 86_400_000).toISOString();
  await engine.api('POST', '/v1/events', { type: 'invite_sent', referrer: 'parent-17', occurred_at: late });
  await page.getByRole('button', { name: 'Compare with today' }).click();
  const differences = page.getByRole('table', { name: 'Figures that differ' });
  await differences.waitFor();
  assert.ok((await differences.locator('tbody tr').count()) >= 1);
  await assertAccessible(page, 'what changed');
});

test('a report is sent by email to whom it is for, once, and says how far that is', async () => {
  const { page } = here;
  await page.getByRole('button', { name: 'Send by email' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Send by email' });
  const field = dialog.getByLabel('Recipients');
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await dialog.getByText('Give at least one address.').waitFor();
  await field.fill('ada@example.org, bob');
  await dialog.getByText('bob is no address').first().waitFor();
  await assertAccessible(page, 'a delivery with a fault');
  await field.fill('ada@example.org\nbob@example.org\nADA@example.org');
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('Queued for 2 recipients.').waitFor();
  await page.getByText('ada@example.org, bob@example.org').waitFor();
  await page.getByText('sent', { exact: true }).waitFor({ timeout: 20_000 });
  await page.getByRole('button', { name: 'Send by email' }).click();
  await field.fill('bob@example.org');
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('1 had it already').waitFor();
  assert.deepEqual(page.faults, []);
});

test('while delivery is switched off, a report is not sent and the dialog says why', async () => {
  const { page } = here;
  const switched = async (enabled) => {
    const { items } = await here.engine.api('GET', '/v1/flags');
    const { version } = items.find(({ key }) => key === 'email_delivery');
    await asOperator(page, 'PUT', '/v1/flags/email_delivery', { enabled }, { 'if-match': `"${version}"` });
  };
  await switched(false);
  await page.getByRole('button', { name: 'Send by email' }).click();
  const dialog = page.getByRole('dialog', { name: 'Send by email' });
  await dialog.getByLabel('Recipients').fill('cleo@example.org');
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await dialog.getByRole('alert').filter({ hasText: 'Email delivery is switched off' }).waitFor();
  assert.equal(await dialog.getByLabel('Recipients').inputValue(), 'cleo@example.org', 'what was typed stays');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await switched(true);
});

test('who gets each scheduled report is changed by keyboard', async () => {
  const { page, engine } = here;
  await here.visit('/reports');
  const change = page.getByRole('button', { name: 'Recipients of each weekly report' });
  await change.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Recipients of each weekly report' });
  await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
  await page.keyboard.type('ada@example.org bob@example.org');
  await assertAccessible(page, 'recipients');
  await tabTo(page, dialog.getByRole('button', { name: 'Save' }));
  await page.keyboard.press('Enter');
  await page.getByText('The recipients are changed.').waitFor();
  await page.getByText('2 recipients', { exact: true }).waitFor();
  const { items } = await engine.api('GET', '/v1/report-subscriptions');
  assert.deepEqual(items.map((it) => it.recipient_count), [2, 0]);
});

test('the list is filtered by type, and a row leads to its report', async () => {
  const { page } = here;
  await here.visit('/reports');
  await page.getByRole('search').getByLabel('Type').selectOption('monthly');
  await page.waitForURL(/type=monthly/);
  await page.getByRole('button', { name: 'Remove filter Type: Monthly' }).or(page.getByText('Type: Monthly')).first().waitFor();
  const table = page.getByRole('table', { name: 'Reports' });
  await page.waitForFunction(() => [...document.querySelectorAll('main table tbody tr')].every((row) => row.innerText.includes('Monthly')));
  assert.equal(await table.locator('tbody tr').count(), 1);
  await table.locator('a.row-open').first().press('Enter');
  await page.waitForURL(/\/reports\/[0-9a-f-]{36}/);
  await page.getByRole('link', { name: 'All reports' }).waitFor();
});

test('who may only read reports is not offered to ask for one', () =>
  asRole(here, 'viewer', async (page) => {
    await here.visit('/reports', page);
    await page.getByRole('table', { name: 'Reports' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Generate report' }).count(), 0);
    for (const absent of ['Jobs', 'Schedules', 'Outbox', 'Webhooks']) {
      assert.equal(await page.getByRole('navigation').getByRole('link', { name: absent }).count(), 0, absent);
    }
  }));
