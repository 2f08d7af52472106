// Signing in: what fails says so without telling who exists; what a role may not do is neither offered nor accepted.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { startEngine } from './lib/engine.mjs';
import { launch, openPage, signIn } from './lib/browser.mjs';

let engine;
let browser;

before(async () => {
  engine = await startEngine();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await engine?.stop();
});

async function attempt(page, email, password) {
  await page.goto(engine.url + '/sign-in');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  const text = await page.getByRole('alert').first().innerText();
  // The id of the request differs from one to the next, as it must.
  return text.split('Request id')[0];
}

test('a wrong password and an unknown address are told alike, and what was typed stays', async () => {
  const page = await openPage(browser);
  const wrong = await attempt(page, engine.admin.email, 'not the password');
  assert.equal(await page.getByLabel('Email').inputValue(), engine.admin.email);
  const unknown = await attempt(page, 'nobody@example.org', 'not the password');
  assert.equal(wrong, unknown);
  await page.context().close();
});

test('a page behind sign-in leads back to itself', async () => {
  const page = await openPage(browser);
  await page.goto(engine.url + '/guardrails?days=14');
  await page.getByLabel('Email').fill(engine.admin.email);
  await page.getByLabel('Password', { exact: true }).fill(engine.admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Guardrails' }).waitFor();
  assert.match(page.url(), /days=14/);
  await page.context().close();
});

test('a viewer sees no control that writes, and the server refuses one', async () => {
  const admin = await openPage(browser);
  await signIn(admin, engine);
  const me = await admin.evaluate(async () => (await fetch('/v1/auth/me')).json());
  const invitation = await admin.evaluate(async (csrf) =>
    (await fetch('/v1/operators', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
      body: JSON.stringify({ email: 'viewer@example.org', name: 'Vera', role: 'viewer' }),
    })).json(), me.csrf_token);
  await admin.context().close();

  const page = await openPage(browser);
  await page.goto(invitation.setup_url);
  await page.getByLabel('Name').fill('Vera');
  await page.getByLabel('Password', { exact: true }).fill('a viewer looks but does not touch');
  await page.getByRole('button', { name: /set|finish|create|choose/i }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();

  await page.goto(engine.url + '/links');
  await page.getByRole('heading', { level: 1, name: 'Links' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Create link' }).count(), 0);
  assert.equal(await page.getByRole('link', { name: 'Operators' }).count(), 0);
  assert.equal(await page.getByRole('link', { name: 'API keys' }).count(), 0);
  const status = await page.evaluate(async () => {
    const viewer = await (await fetch('/v1/auth/me')).json();
    const response = await fetch('/v1/links', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': viewer.csrf_token },
      body: JSON.stringify({ referrer: 'parent-1', source: 'organic', target_url: 'https://learn.example.org/', channel: 'copy' }),
    });
    return [response.status, (await response.json()).code];
  });
  assert.deepEqual(status, [403, 'forbidden']);
  await page.context().close();
});

test('signing out ends the session', async () => {
  const page = await openPage(browser);
  await signIn(page, engine);
  await page.getByRole('button', { name: /account|admin@example\.org/i }).first().click();
  await page.getByRole('button', { name: 'Sign out' }).or(page.getByRole('menuitem', { name: 'Sign out' })).first().click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  assert.equal(await page.evaluate(async () => (await fetch('/v1/auth/me')).status), 401);
  await page.context().close();
});
