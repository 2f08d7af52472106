// Outbox: a message is sent, read in a frame that can do nothing, sent again; switched off, mail is refused and says so.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible } from './lib/browser.mjs';
import { asOperator, journey, settled, tabTo } from './lib/journey.mjs';

const here = journey();

/** The frame with a message, once it is written. */
async function message(scope) {
  await scope.locator('iframe.mail-frame').waitFor();
  const handle = await scope.locator('iframe.mail-frame').elementHandle();
  await handle.waitForElementState('visible');
  return { handle, frame: scope.frameLocator('iframe.mail-frame') };
}

test('without a mail server the page says that nothing leaves the engine', async () => {
  const { page } = here;
  await here.visit('/outbox');
  await page.getByText('No mail server is set: nothing leaves the engine').waitFor();
  await page.getByText('No messages').waitFor();
  await assertAccessible(page, 'an empty outbox');
});

test('a test message is sent by keyboard and read as HTML and as text', async () => {
  const { page } = here;
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  const send = page.getByRole('button', { name: 'Send a test message' });
  await tabTo(page, send);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Send a test message' });
  await page.waitForFunction(() => document.activeElement?.type === 'email');
  assert.equal(await dialog.getByLabel('To').inputValue(), 'admin@example.org');
  await dialog.getByLabel('To').fill('nobody');
  await page.keyboard.press('Enter');
  await dialog.getByText('Give an address such as ada@example.org.').waitFor();
  await dialog.getByLabel('To').fill('ada@example.org');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/outbox\/[0-9a-f-]{36}/);
  const drawer = page.getByRole('dialog', { name: 'Message' });
  await drawer.getByText('sent', { exact: true }).waitFor({ timeout: 20_000 });
  const { handle, frame } = await message(drawer);
  await frame.locator('body').getByText('Viral Engine').first().waitFor();
  assert.equal(await handle.getAttribute('sandbox'), 'allow-same-origin');
  const styled = await frame.locator('[style]').evaluateAll((parts) => parts.filter((part) => part.style.length > 0).length);
  assert.ok(styled > 3, 'the styles of the message are in force');
  await assertAccessible(page, 'a message');
  await drawer.getByRole('button', { name: 'Plain text' }).press('Enter');
  await drawer.locator('pre').waitFor();
  assert.ok((await drawer.locator('pre').innerText()).length > 20);
  assert.deepEqual(asked.filter((url) => !url.startsWith(here.engine.url)), [], 'nothing is loaded from elsewhere');
  assert.deepEqual(page.faults, []);
});

test('a message can not run a script in its frame, nor load anything', async () => {
  const { page } = here;
  const drawer = page.getByRole('dialog', { name: 'Message' });
  await drawer.getByRole('button', { name: 'HTML' }).click();
  const { frame } = await message(drawer);
  await frame.locator('body').getByText('Viral Engine').first().waitFor();
  const refused = page.waitForEvent('requestfailed', { predicate: (request) => request.url().includes('elsewhere.example') });
  const outcome = await page.evaluate(async () => {
    const inside = document.querySelector('iframe.mail-frame').contentDocument;
    inside.body.insertAdjacentHTML('beforeend',
      '<img src="https://elsewhere.example/spy.png"><img src="x:y" onerror="top.ran = true"><p style="color: red">styled</p>');
    const script = inside.createElement('script');
    script.textContent = 'top.ran = true';
    inside.body.append(script);
    await inside.fonts.ready;
    return { ran: Boolean(window.ran), colour: getComputedStyle(inside.body.lastElementChild.previousElementSibling).color };
  });
  assert.deepEqual(outcome, { ran: false, colour: 'rgb(255, 0, 0)' });
  assert.equal((await refused).failure().errorText, 'csp');
  page.faults.length = 0;
});

test('a message is sent again, as one of its own', async () => {
  const { page } = here;
  const before = page.url();
  const drawer = page.getByRole('dialog', { name: 'Message' });
  await drawer.getByRole('button', { name: 'Send again' }).click();
  await page.waitForURL((url) => url.href !== before);
  await drawer.getByText('Sent again, as a message of its own.').or(page.getByText('Sent again, as a message of its own.')).first().waitFor();
  const { items } = await here.engine.api('GET', '/v1/emails?kind=test_message');
  assert.equal(items.length, 2);
  assert.deepEqual(items.map((email) => email.sequence).sort(), [1, 2]);
  await page.keyboard.press('Escape');
  await here.visit('/outbox?state=failed');
  await page.getByText('No message matches').waitFor();
});

test('templates are shown in their languages', async () => {
  const { page } = here;
  await here.visit('/outbox?tab=templates');
  await settled(page);
  await page.getByLabel('Template', { exact: true }).selectOption('report_ready');
  await page.waitForURL(/template=report_ready/);
  const english = await page.locator('main .card-body .font-semibold').first().innerText();
  await page.getByLabel('Language', { exact: true }).selectOption('de');
  await page.waitForFunction((before) => document.querySelector('main .card-body .font-semibold').innerText !== before, english);
  const { frame } = await message(page.locator('main'));
  await frame.locator('body p, body div').first().waitFor();
  await assertAccessible(page, 'a template');
  assert.deepEqual(page.faults, []);
});

test('switched off, the page says so and a message is refused in words', async () => {
  const { page } = here;
  await here.visit('/flags');
  const flag = page.getByRole('switch', { name: 'Email delivery' });
  await flag.waitFor();
  await tabTo(page, flag);
  await page.keyboard.press('Space');
  await page.getByText('Email delivery: off, on every node.').waitFor();
  await assertAccessible(page, 'features');
  await here.visit('/outbox?new=1');
  await page.getByText('Email delivery is switched off').first().waitFor();
  const dialog = page.getByRole('dialog', { name: 'Send a test message' });
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await dialog.getByRole('alert').filter({ hasText: 'Email delivery is switched off' }).waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
});

test('a feature that somebody else switched meanwhile is not switched unseen', async () => {
  const { page } = here;
  await here.visit('/flags');
  const flag = page.getByRole('switch', { name: 'Email delivery' });
  await flag.waitFor();
  assert.equal(await flag.isChecked(), false);
  const list = await here.engine.api('GET', '/v1/flags');
  const { version } = list.items.find(({ key }) => key === 'email_delivery');
  await asOperator(page, 'PUT', '/v1/flags/email_delivery', { enabled: true }, { 'if-match': `"${version}"` });
  await flag.press('Space');
  await page.getByRole('alert').filter({ hasText: 'has changed since it was read' }).waitFor();
  await page.waitForFunction(() => document.querySelectorAll('[role="switch"]:checked').length === 3);
  assert.ok(await flag.isChecked(), 'what is in force is shown');
});
