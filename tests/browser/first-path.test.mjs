// The first path: mint a link in the app, follow it as a person, a crawler and a burst of one device, see it judged.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { TARGET } from './lib/engine.mjs';
import { screenshot } from './lib/browser.mjs';
import { addParent, journey } from './lib/journey.mjs';

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36';
const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

const here = journey({ prepare: ({ engine }) => addParent(engine) });

function follow(url, userAgent, headers = {}) {
  return fetch(url, { redirect: 'manual', headers: { 'user-agent': userAgent, ...headers } });
}

test('an operator creates a link, it is followed, and the guardrails tell', async () => {
  const { engine, page } = here;
  await here.visit('/links/new');
  await page.getByLabel('Referrer').fill('parent-17');
  await page.getByLabel('Source').fill('buddy_challenge');
  await page.getByLabel('Target URL').fill(TARGET);
  await page.getByRole('button', { name: 'Create link' }).click();
  await page.waitForURL(/\/links\/[0-9a-f-]{36}/);
  const id = page.url().match(/links\/([0-9a-f-]{36})/)[1];
  const link = await engine.api('GET', `/v1/links/${id}`);
  // A list under the pointer keeps still.
  await page.mouse.move(1, 1);

  const person = await follow(link.url, CHROME, { 'accept-language': 'en-GB' });
  assert.equal(person.status, 302);
  const location = new URL(person.headers.get('location'));
  assert.equal(location.origin + location.pathname, TARGET);
  assert.ok(location.searchParams.get('ve_click'));
  assert.equal((await follow(link.url, GOOGLEBOT)).status, 302);
  for (let i = 0; i < 12; i += 1) await follow(link.url, CHROME, { 'accept-language': 'de' });

  await page.getByText('Googlebot').first().waitFor({ timeout: 20_000 });
  await screenshot(page, 'first-path-link');

  await here.visit('/guardrails?tab=bots');
  await page.getByRole('table').first().waitFor();
  await page.waitForFunction(async () => {
    const body = await (await fetch('/v1/guardrails/bots')).json();
    return body.total_flagged_devices === 1;
  });
  await page.reload();
  const bots = await engine.api('GET', '/v1/guardrails/bots');
  await page.getByText(bots.bot_like_devices[0].device_fingerprint.slice(0, 8)).first().waitFor();
  await here.visit('/guardrails?tab=suspicious-clicks');
  await page.getByText('127.0.0.0/24').first().waitFor();
  await screenshot(page, 'first-path-guardrails');
});

test('a leaking parent share raises an alert that an operator acknowledges', async () => {
  const { engine, page } = here;
  await engine.api('POST', '/v1/parent-shares', {
    parent: 'parent-17',
    student: 'student-4',
    share_data: { note: 'Write to sam.doe@example.com' },
  });
  await engine.api('GET', '/v1/guardrails/alerts');
  await here.visit('/alerts');
  await page.getByText('Personal information', { exact: false }).first().waitFor();
  await page.getByRole('button', { name: 'Acknowledge' }).first().click();
  await page.waitForFunction(async () => {
    const list = await (await fetch('/v1/alerts?status=acknowledged')).json();
    return list.items.length === 1 && list.items[0].acknowledged_by === 'admin@example.org';
  });
  assert.ok(!(await page.content()).includes('sam.doe@example.com'));
  await screenshot(page, 'first-path-alert');
});
