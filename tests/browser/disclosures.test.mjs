// Disclosures: listed, filtered, exported for a school. The compliance report: searched, and what it names.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { assertAccessible, screenshot } from './lib/browser.mjs';
import { addFamily } from './lib/guardian.mjs';
import { asRole, journey, settled } from './lib/journey.mjs';

const here = journey({ prepare: ({ engine }) => addFamily(engine) });

function disclose(fields) {
  return here.engine.api('POST', '/v1/disclosures', {
    student: 'child-7', party: 'State department', record_class: 'scores', basis: 'audit_or_evaluation',
    legitimate_interest: 'Yearly evaluation', ...fields,
  });
}

test('disclosures are listed, filtered by school, and downloaded', async () => {
  const { page } = here;
  await here.visit('/disclosures');
  await page.getByText('No disclosures').waitFor();
  await assertAccessible(page, 'no disclosures');
  await here.engine.api('PUT', '/v1/users/child-7', { institution: 'lincoln' });
  await here.engine.api('PUT', '/v1/users/child-8', { persona: 'student', institution: 'other' });
  await disclose({});
  await disclose({ student: 'child-8', party: 'Another party', record_class: 'grades' });
  await here.visit('/disclosures?institution=lincoln');
  const table = page.getByRole('table', { name: 'Disclosures' });
  const row = table.getByRole('row').filter({ hasText: 'State department' });
  assert.match(await row.innerText(), /child-7[\s\S]*lincoln[\s\S]*scores[\s\S]*audit or evaluation[\s\S]*Yearly evaluation/);
  assert.equal(await table.getByText('Another party').count(), 0);
  await settled(page);
  await assertAccessible(page, 'disclosures');
  await screenshot(page, 'disclosures');
  const answer = await fetch(`${here.engine.url}/v1/disclosures/export?institution=lincoln`, {
    headers: { authorization: `Bearer ${here.engine.key}` },
  });
  assert.equal((await answer.text()).trim().split('\n').length, 2);
  assert.deepEqual(page.faults, []);
});

test('the compliance report names tests and human duties', async () => {
  const { page } = here;
  await here.visit('/compliance?find=312.8(b)(1)');
  const table = page.getByRole('table', { name: 'Clauses' });
  await table.getByRole('row').filter({ hasText: 'Name one.' }).waitFor();
  await here.visit('/compliance');
  const clause = table.getByRole('row').filter({ hasText: '312.5(b)(2)(i)' }).first();
  assert.match(await clause.innerText(), /it takes two people to approve a form/);
  await settled(page);
  await assertAccessible(page, 'the compliance report');
  await screenshot(page, 'compliance');
  // What is named is there.
  const code = await readFile(new URL('../api/consents/forms.rs', import.meta.url), 'utf8');
  assert.match(code, /fn it_takes_two_people_to_approve_a_form/);
});

test('whoever may not see disclosures does not', () =>
  asRole(here, 'analyst', async (page) => {
    assert.equal(await page.getByRole('link', { name: 'Disclosures' }).count(), 0);
    await here.visit('/disclosures', page);
    await page.getByText('Not for your role').waitFor();
  }));
