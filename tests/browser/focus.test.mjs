// Where the operator stands: the focus stays by what was pressed, and who is signed in is not asked again.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { journey } from './lib/journey.mjs';

const here = journey({ demo: true });

test('acknowledging an alert leaves the focus at the alert', async () => {
  const { page } = here;
  await here.visit('/alerts');
  const button = page.getByRole('button', { name: 'Acknowledge' }).first();
  const card = page.locator('li', { has: button }).first();
  const heading = await card.getByRole('link').innerText();
  await button.focus();
  await page.keyboard.press('Enter');
  await page.getByText('acknowledged by admin@example.org just now').first().waitFor();
  await page.waitForFunction((heading) => document.activeElement?.closest('li')?.innerText.includes(heading), heading);
});

test('the sign-in page forwards who is signed in', async () => {
  const { page } = here;
  await here.visit('/sign-in?next=%2Falerts');
  await page.getByRole('heading', { level: 1, name: 'Alerts' }).waitFor();
  assert.match(page.url(), /\/alerts$/);
});

test('a visit asks once who is signed in', async () => {
  const { page } = here;
  const asked = [];
  const note = (request) => asked.push(new URL(request.url()).pathname);
  page.on('request', note);
  await here.visit('/alerts');
  await page.getByText('live', { exact: true }).waitFor();
  page.off('request', note);
  assert.equal(asked.filter((path) => path === '/v1/auth/me').length, 1, asked.join(' '));
});

test('while the engine does not answer the app says so, and recovers by itself', async () => {
  const { page } = here;
  await here.visit('/links');
  await page.getByText('live', { exact: true }).waitFor();
  await page.route('**/v1/**', (route) => route.abort());
  await page.getByRole('button', { name: 'Refresh' }).first().click();
  // The stream is open still; the browser's word that the connection is gone ends it.
  await page.evaluate(() => window.dispatchEvent(new Event('offline')));
  await page.getByText('offline', { exact: true }).waitFor();
  await page.waitForEvent('requestfailed', { predicate: (request) => request.url().endsWith('/v1/auth/me'), timeout: 15_000 });
  assert.ok(await page.getByText('offline', { exact: true }).isVisible());
  await page.unroute('**/v1/**');
  await page.getByText('live', { exact: true }).waitFor({ timeout: 15_000 });
  await page.getByRole('table').first().waitFor();
  await page.getByText('can not be reached').waitFor({ state: 'detached' });
});

test('an engine that fails for a moment does not send a signed-in operator away', async () => {
  const { page } = here;
  const down = { status: 503, contentType: 'application/problem+json', body: JSON.stringify({
    type: 'about:blank', title: 'Unavailable', status: 503, detail: 'Later.', instance: '/', code: 'unavailable', errors: [], request_id: 'r' }) };
  await page.route('**/v1/auth/**', (route) => route.fulfill(down));
  await here.visit('/alerts');
  const again = page.getByRole('button', { name: 'Try again' });
  await again.waitFor();
  await page.unroute('**/v1/auth/**');
  await again.click();
  await page.getByRole('heading', { level: 1, name: 'Alerts' }).waitFor();
  assert.match(page.url(), /\/alerts$/);
  assert.deepEqual(page.faults, []);
});
