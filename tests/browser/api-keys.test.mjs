// API keys in the app: what has a successor still ends at once when it is revoked.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { journey } from './lib/journey.mjs';

const here = journey();

function status(key) {
  return fetch(here.engine.url + '/v1/links', { headers: { authorization: `Bearer ${key}` } }).then((answer) => answer.status);
}

test('the old key of a rotation says when it ends, and can be revoked before', async () => {
  const { engine, page } = here;
  await here.visit('/api-keys');
  const rows = page.getByRole('row').filter({ hasText: 'browser-tests' });
  await rows.getByRole('button', { name: 'Rotate' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
  const secret = page.getByRole('dialog', { name: 'New API key' });
  await secret.getByRole('button', { name: 'I have stored it' }).click();

  const old = rows.filter({ hasText: 'ending' });
  await old.getByText(/in (24|23) hours|in 1 day/).waitFor();
  assert.equal(await old.getByRole('button', { name: 'Rotate' }).count(), 0);
  assert.equal(await status(engine.key), 200, 'both keys work meanwhile');
  await page.mouse.move(1, 1);
  await old.getByRole('button', { name: 'Revoke' }).click();
  const confirm = page.getByRole('dialog', { name: /Revoke/ });
  await confirm.getByRole('textbox').fill('browser-tests');
  await confirm.getByRole('button', { name: 'Revoke' }).click();
  await rows.filter({ hasText: 'revoked' }).waitFor();
  assert.equal(await status(engine.key), 401);
});
