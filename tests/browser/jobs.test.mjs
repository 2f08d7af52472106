// Jobs, queues and schedules: counts run, the focus stays, and what went wrong can be read, tried again and deleted.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible } from './lib/browser.mjs';
import { asRole, journey, settled, tabTo } from './lib/journey.mjs';
import { execute, rows } from './lib/sql.mjs';

const here = journey();

/** Queues a test message, whose job waits or runs. */
function testMessage() {
  return here.engine.api('POST', '/v1/emails/test', { to: 'ada@example.org' });
}

test('a queue is paused and resumed by keyboard, and the focus stays on its button', async () => {
  const { page } = here;
  await here.visit('/jobs');
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'email', exact: true }) });
  const pause = row.getByRole('button', { name: 'Pause: email' });
  await pause.waitFor();
  await tabTo(page, pause, 120);
  await page.keyboard.press('Enter');
  await row.getByText('paused', { exact: true }).waitFor();
  await row.getByText('admin@example.org').waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Resume: email');
  await assertAccessible(page, 'a paused queue');
});

test('counts of a queue run without a reload', async () => {
  const { page } = here;
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'email', exact: true }) });
  const due = row.locator('td[data-label="Due"]');
  assert.equal((await due.innerText()).trim(), '0');
  await testMessage();
  await page.waitForFunction((cell) => cell.innerText.trim() === '1', await due.elementHandle(), { timeout: 15_000 });
});

test('a job that waits is cancelled, tried again, and read with its life', async () => {
  const { page } = here;
  await here.visit('/jobs?queue=email');
  const row = page.getByRole('table', { name: 'Jobs' }).getByRole('row').filter({ hasText: 'send_email' }).first();
  await row.getByRole('button', { name: 'Cancel: send_email' }).press('Enter');
  await row.getByText('cancelled', { exact: true }).waitFor();
  await row.getByRole('button', { name: 'Retry: send_email' }).press('Enter');
  await row.getByText('waiting', { exact: true }).waitFor();
  await row.locator('a.row-open').press('Enter');
  const drawer = page.getByRole('dialog', { name: 'Job' });
  await drawer.getByRole('heading', { name: 'Its life' }).waitFor();
  await drawer.getByText('No attempt failed.').waitFor();
  await assertAccessible(page, 'a job');
  await here.engine.api('POST', '/v1/queues/email/resume');
  await drawer.getByText('succeeded', { exact: true }).waitFor({ timeout: 20_000 });
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'hidden' });
  assert.match(page.url(), /\/jobs\?queue=email/);
});

test('a discarded job shows every error, and is deleted once its kind is typed', async () => {
  const { page, engine } = here;
  await engine.api('POST', '/v1/queues/email/pause');
  const { job_id: id } = await testMessage();
  await execute(engine, `UPDATE jobs SET state = 'discarded', attempt = 2, finished_at = now() WHERE id = '${id}'`);
  await execute(engine, `INSERT INTO job_errors (job_id, attempt, at, message) VALUES
    ('${id}', 1, now() - interval '1 minute', 'the mail server did not answer'), ('${id}', 2, now(), 'the mail server said 421')`);
  await engine.api('POST', '/v1/queues/email/resume');
  await here.visit('/jobs?state=discarded');
  await page.getByRole('table', { name: 'Jobs' }).locator('a.row-open').first().click();
  const drawer = page.getByRole('dialog', { name: 'Job' });
  await drawer.getByText('Attempt 2 failed').waitFor();
  await drawer.getByText('the mail server did not answer').waitFor();
  await assertAccessible(page, 'a discarded job');
  await drawer.getByRole('button', { name: 'Delete: send_email' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete send_email' });
  const sure = dialog.getByRole('button', { name: 'Delete', exact: true });
  assert.ok(await sure.isDisabled());
  await dialog.getByRole('textbox').fill('send_email');
  await sure.click();
  await page.getByText('The job is deleted.').waitFor();
  await page.getByText('No job matches').waitFor();
  assert.deepEqual(await rows(engine, `SELECT id FROM jobs WHERE id = '${id}'`), []);
  assert.deepEqual(page.faults, []);
});

test('a schedule runs at once, is paused and resumed', async () => {
  const { page } = here;
  await here.visit('/schedules');
  await settled(page);
  const row = page.getByRole('row').filter({ hasText: 'prune_jobs' });
  await row.getByRole('button', { name: 'Run now: prune_jobs' }).press('Enter');
  await page.getByText('prune_jobs is enqueued.').waitFor();
  await row.getByRole('button', { name: 'Pause: prune_jobs' }).press('Enter');
  await row.getByText('paused', { exact: true }).waitFor();
  await assertAccessible(page, 'a paused schedule');
  await row.getByRole('button', { name: 'Resume: prune_jobs' }).press('Enter');
  await row.getByText('paused', { exact: true }).waitFor({ state: 'detached' });
  assert.match(await row.locator('td[data-label="Next run"]').innerText(), /in \d+|just now/);
});

test('who may only read jobs is offered nothing that changes them', () =>
  asRole(here, 'analyst', async (page) => {
    await here.visit('/jobs', page);
    await page.getByRole('table', { name: 'Jobs' }).waitFor();
    for (const deed of [/^Pause/, /^Cancel:/, /^Retry:/, /^Delete:/]) {
      assert.equal(await page.getByRole('button', { name: deed }).count(), 0, String(deed));
    }
    await here.visit('/schedules', page);
    await page.getByRole('table', { name: 'Schedules' }).waitFor();
    assert.equal(await page.getByRole('button', { name: /^Run now/ }).count(), 0);
  }));
