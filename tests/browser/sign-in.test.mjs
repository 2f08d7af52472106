// Signing in: what fails says so without telling who exists; what a role may not do is neither offered nor accepted.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { signOut, submitSignIn } from './lib/browser.mjs';
import { journey } from './lib/journey.mjs';

const here = journey({ signedIn: false });

async function attempt(page, email, password) {
  await here.visit('/sign-in', page);
  await submitSignIn(page, { email, password });
  const text = await page.getByRole('alert').first().innerText();
  // The id of the request differs from one to the next, as it must.
  return text.split('Request id')[0];
}

test('a wrong password and an unknown address are told alike, and what was typed stays', () =>
  here.apart(async (page) => {
    const { email } = here.engine.admin;
    const wrong = await attempt(page, email, 'not the password');
    assert.equal(await page.getByLabel('Email').inputValue(), email);
    const unknown = await attempt(page, 'nobody@example.org', 'not the password');
    assert.equal(wrong, unknown);
    assert.equal(wrong.match(/Email or password is wrong/g).length, 1, 'said once');
  }, { as: null }));

test('a page behind sign-in leads back to itself', () =>
  here.apart(async (page) => {
    await here.visit('/guardrails?days=14', page);
    await submitSignIn(page, here.engine.admin);
    await page.getByRole('heading', { level: 1, name: 'Guardrails' }).waitFor();
    assert.match(page.url(), /days=14/);
  }, { as: null }));

/** Invites by the API, as the admin, and answers the set-up link. */
async function invite(operator) {
  let link;
  await here.apart(async (page) => {
    link = await page.evaluate(async (body) => {
      const { csrf_token: token } = await (await fetch('/v1/auth/me')).json();
      const headers = { 'content-type': 'application/json', 'x-csrf-token': token };
      const answer = await fetch('/v1/operators', { method: 'POST', headers, body: JSON.stringify(body) });
      return (await answer.json()).setup_url;
    }, operator);
  });
  return link;
}

test('a viewer sees no control that writes, and the server refuses one', async () => {
  const link = await invite({ email: 'viewer@example.org', name: 'Vera', role: 'viewer' });
  await here.apart(async (page) => {
    await page.goto(link);
    await page.getByLabel('Name').fill('Vera');
    await page.getByLabel('Password', { exact: true }).fill('a viewer looks but does not touch');
    await page.getByRole('button', { name: /set|finish|create|choose/i }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();

    await here.visit('/links', page);
    await page.getByRole('heading', { level: 1, name: 'Links' }).waitFor();
    for (const name of ['Create link', 'Operators', 'API keys']) {
      assert.equal(await page.getByRole('link', { name }).count(), 0, name);
    }
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
  }, { as: null });
});

test('signing out ends the session', () =>
  here.apart(async (page) => {
    await signOut(page);
    assert.equal(await page.evaluate(async () => (await fetch('/v1/auth/me')).status), 401);
  }));
