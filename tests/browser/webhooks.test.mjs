// Webhooks: added with a secret that is shown once, tested against a real receiver, changed, switched off, deleted.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { assertAccessible } from './lib/browser.mjs';
import { journey, settled, tabTo } from './lib/journey.mjs';

const received = [];
let status = 200;
const receiver = createServer((request, response) => {
  request.resume().on('end', () => {
    received.push(request.headers);
    response.writeHead(status).end('taken');
  });
});

before(() => new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve)));
after(() => receiver.close());

const here = journey({ env: { WEBHOOK_ALLOW_PRIVATE: 'on' } });
const url = () => `http://127.0.0.1:${receiver.address().port}/hook`;

test('a webhook is added by keyboard; what is wrong is told at its field, the secret is shown once', async () => {
  const { page } = here;
  await here.visit('/webhooks');
  await page.getByText('No webhooks').waitFor();
  await tabTo(page, page.getByRole('button', { name: 'Add webhook' }));
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Add webhook' });
  await page.waitForFunction(() => document.activeElement?.type === 'url');
  await page.keyboard.type('ftp://example.org');
  await page.keyboard.press('Enter');
  await dialog.getByText('Name at least one event type.').waitFor();
  const kind = dialog.getByRole('checkbox', { name: /^report\.ready/ });
  await tabTo(page, kind);
  await page.keyboard.press('Space');
  await dialog.getByRole('button', { name: 'Add webhook' }).press('Enter');
  const field = dialog.getByLabel('URL');
  await page.waitForFunction((id) => document.getElementById(id)?.getAttribute('aria-invalid') === 'true', await field.getAttribute('id'));
  await assertAccessible(page, 'a form with faults');
  await field.fill(url());
  await dialog.getByLabel('Description').fill('The receiver of this test');
  await page.keyboard.press('Enter');
  const shown = page.getByRole('dialog', { name: 'Secret of the webhook' });
  assert.match(await shown.locator('[data-secret]').innerText(), /^whsec_/);
  await shown.getByRole('button', { name: 'Copy Secret of the webhook' }).waitFor();
  await assertAccessible(page, 'a secret');
  await page.keyboard.press('Escape');
  await page.getByRole('table', { name: 'Webhooks' }).getByText('The receiver of this test').waitFor();
  assert.ok(!(await page.content()).includes('whsec_'));
});

test('a test reaches the receiver, is listed with its attempt, and is sent again', async () => {
  const { page } = here;
  await page.getByRole('table', { name: 'Webhooks' }).locator('a.row-open').first().press('Enter');
  await page.getByText('Nothing was sent yet').waitFor();
  await page.getByRole('button', { name: 'Send a test' }).press('Enter');
  const log = page.getByRole('table', { name: 'Deliveries' });
  const row = log.getByRole('row').filter({ hasText: 'webhook.test' });
  await row.getByText('delivered', { exact: true }).waitFor({ timeout: 20_000 });
  assert.match(await row.innerText(), /200 in [\d,]+ ms/);
  const id = received.at(-1)['webhook-id'];
  await row.locator('button.row-open').press('Enter');
  const drawer = page.getByRole('dialog', { name: 'Delivery' });
  await drawer.getByText(id).waitFor();
  await drawer.getByText('Attempt 1').waitFor();
  await drawer.getByText('taken').waitFor();
  await assertAccessible(page, 'a delivery');
  await page.keyboard.press('Escape');
  const count = received.length;
  await row.getByRole('button', { name: 'Resend: webhook.test' }).press('Enter');
  await page.getByText('The message is being sent again.').waitFor();
  for (let tries = 0; tries < 100 && received.length === count; tries += 1) await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(received.at(-1)['webhook-id'], id, 'the same message');
  assert.deepEqual(page.faults, []);
});

test('a receiver that refuses shows why, and when it is tried again', async () => {
  const { page, engine } = here;
  status = 500;
  await engine.api('POST', '/v1/reports', { type: 'weekly' });
  const row = page.getByRole('table', { name: 'Deliveries' }).getByRole('row').filter({ hasText: 'report.ready' });
  await row.getByText(/500 in [\d,]+ ms/).waitFor({ timeout: 30_000 });
  await row.getByText('pending', { exact: true }).waitFor();
  await page.getByText('failing since').waitFor({ timeout: 15_000 });
  status = 200;
});

test('a webhook is changed, gets a new secret, is disabled, enabled and deleted', async () => {
  const { page } = here;
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  const form = page.getByRole('dialog', { name: 'Change' });
  assert.equal(await form.getByLabel('URL').inputValue(), url());
  await form.getByLabel('Description').fill('Renamed');
  await form.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The webhook is changed.').waitFor();
  await page.getByText('Renamed').first().waitFor();

  await page.getByRole('button', { name: 'Rotate secret' }).click();
  const rotate = page.getByRole('dialog', { name: 'Rotate secret' });
  await rotate.getByLabel('Hours of overlap').fill('200');
  await rotate.getByRole('button', { name: 'Rotate secret' }).click();
  await rotate.getByText('Give 0 to 168 hours.').waitFor();
  await rotate.getByLabel('Hours of overlap').fill('1');
  await rotate.getByRole('button', { name: 'Rotate secret' }).click();
  assert.match(await page.getByRole('dialog', { name: 'Secret of the webhook' }).locator('[data-secret]').innerText(), /^whsec_/);
  await page.keyboard.press('Escape');
  await page.getByText('Signed by both secrets until').waitFor();

  await page.getByRole('button', { name: 'Disable' }).click();
  await page.getByText('disabled by an operator').waitFor();
  await page.getByRole('button', { name: 'Enable' }).click();
  await page.getByText('enabled', { exact: true }).waitFor();
  await settled(page);
  await assertAccessible(page, 'a webhook');

  await page.getByRole('button', { name: 'Delete' }).click();
  const sure = page.getByRole('dialog', { name: 'Delete webhook' });
  await sure.getByRole('textbox').fill(url());
  await sure.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('The webhook is deleted.').waitFor();
  await page.getByText('No webhooks').waitFor();
  assert.deepEqual(page.faults, []);
});
