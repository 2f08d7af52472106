// The operator's own account, and inviting others.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { journey } from './lib/journey.mjs';

const here = journey();

test('the session that looks is in use now, others say when they were used', () =>
  here.apart(async () => {
    const { page } = here;
    await here.visit('/account');
    const sessions = page.getByRole('listitem').filter({ hasText: 'Chrom' });
    const own = sessions.filter({ hasText: 'this browser' });
    await own.getByText('in use now').waitFor();
    assert.equal(await own.getByText('last used').count(), 0);
    await sessions.filter({ hasNotText: 'this browser' }).getByText('last used').first().waitFor();
  }));

test('an invitation says until when its link works', async () => {
  const { page } = here;
  await here.visit('/operators?new=1');
  const form = page.getByRole('dialog', { name: 'Invite operator' });
  await form.getByLabel('Email').fill('ada@example.org');
  await form.getByLabel('Name').fill('Ada');
  await form.getByRole('button', { name: 'Invite operator' }).click();
  const link = page.getByRole('dialog', { name: 'Setup link' });
  await link.getByText(/It works once, until \d+ \w+ 20\d\d.*UTC, and is not shown again/).waitFor();
  assert.deepEqual(page.faults, []);
});

test('which alerts are mailed is chosen and stays chosen', async () => {
  const { page } = here;
  await here.visit('/account');
  const choice = page.getByLabel('Mail me alerts');
  assert.equal(await choice.inputValue(), 'high');
  await choice.selectOption('critical ones only');
  await page.getByText('Saved').first().waitFor();
  await here.visit('/account');
  assert.equal(await choice.inputValue(), 'critical');
  assert.deepEqual(page.faults, []);
});
