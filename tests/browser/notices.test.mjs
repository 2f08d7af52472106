// The notice: begun from the template, written beside its differences, saved against others, published for good.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible, screenshot } from './lib/browser.mjs';
import { noticeTexts } from './lib/guardian.mjs';
import { asOperator, asRole, journey, settled, tabTo } from './lib/journey.mjs';

const here = journey();
const words = (language = 'English') => here.page.getByLabel(`Notice in ${language}`);
const german = () => here.page.getByRole('button', { name: 'German' }).click();
const english = () => here.page.getByRole('button', { name: 'English' }).click();

/** Writes the draft as somebody else does. */
function writeElsewhere(body, material = false) {
  return asOperator(here.page, 'PUT', '/v1/notices/draft', { is_material: material, texts: noticeTexts(body) });
}

test('the first notice begins with the template, whose gaps are counted', async () => {
  const { page } = here;
  await here.visit('/notices');
  await page.getByText('No notice yet').waitFor();
  await assertAccessible(page, 'no notice');
  await page.getByRole('link', { name: 'Write the notice' }).press('Enter');
  await page.getByText('Nobody has written a notice yet: this is the template.').waitFor();
  assert.match(await words().inputValue(), /\[\[name of your organisation\]\]/);
  await page.getByText(/gaps \[\[…\]\] are left/).waitFor();
  assert.ok(await page.getByRole('button', { name: 'Publish', exact: true }).isDisabled());
  await settled(page);
  await assertAccessible(page, 'the editor');
  await page.getByRole('button', { name: 'Save draft' }).click();
  await page.getByText('The draft is saved.').waitFor();
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  const sure = page.getByRole('dialog', { name: 'Publish version 1' });
  await sure.getByRole('button', { name: 'Publish' }).click();
  await sure.getByText(/has a gap/).waitFor();
  await page.keyboard.press('Escape');
});

test('what is typed is kept over a reload, compared with what is saved, and seen as guardians will', async () => {
  const { page } = here;
  await words().fill('## We ask you\n\nYour child learns here.\n');
  await page.getByText('Not saved yet.').waitFor();
  await page.reload();
  assert.equal(await words().inputValue(), '## We ask you\n\nYour child learns here.\n');
  await page.getByRole('button', { name: 'the saved draft' }).click();
  await page.getByRole('region', { name: 'Differences' }).getByText('Your child learns here.').waitFor();
  await assertAccessible(page, 'differences');
  await screenshot(page, 'notice-draft-differences');
  await german();
  await words('German').fill('## Wir fragen Sie\n\nIhr Kind lernt hier.\n');
  await english();
  await tabTo(page, page.getByRole('button', { name: 'Save draft' }), 200);
  await page.keyboard.press('Enter');
  await page.getByText('Everything is saved.').waitFor();
  await page.getByRole('button', { name: 'As guardians see it' }).click();
  const frame = page.frameLocator('iframe[title="As guardians see it"]');
  await frame.getByRole('heading', { name: 'We ask you' }).waitFor();
  await page.getByRole('button', { name: 'Differences', exact: true }).click();
});

test('what somebody else has saved is told, and nothing of either is lost', async () => {
  const { page } = here;
  await words().fill('## We ask you\n\nMine.\n');
  assert.equal((await writeElsewhere('Theirs.')).status, 200);
  await page.getByRole('button', { name: 'Save draft' }).click();
  await page.getByText('Somebody else has changed the draft since you read it').waitFor();
  assert.equal(await words().inputValue(), '## We ask you\n\nMine.\n');
  await page.getByRole('button', { name: 'Compare with theirs' }).click();
  const differences = page.getByRole('region', { name: 'Differences' });
  await differences.getByText('Theirs.').waitFor();
  await differences.getByText('Mine.').waitFor();
  await settled(page);
  await assertAccessible(page, 'a draft that somebody else has changed');
  await screenshot(page, 'notice-draft-conflict');
  await page.getByRole('button', { name: 'Save mine over it' }).click();
  await page.getByText('Everything is saved.').waitFor();

  await words().fill('## We ask you\n\nMine again.\n');
  assert.equal((await writeElsewhere('Theirs again.')).status, 200);
  await page.getByRole('button', { name: 'Save draft' }).click();
  await page.getByRole('button', { name: 'Take theirs' }).click();
  await page.getByText('Everything is saved.').waitFor();
  assert.match(await words().inputValue(), /Theirs again\./);
  assert.deepEqual(page.faults, []);
});

test('the notice is published, and shown as guardians see it', async () => {
  const { page } = here;
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  const sure = page.getByRole('dialog', { name: 'Publish version 1' });
  await assertAccessible(page, 'publishing');
  await sure.getByRole('button', { name: 'Publish' }).press('Enter');
  await page.getByText('Version 1 is published.').waitFor();
  const table = page.getByRole('table', { name: 'Versions' });
  await table.getByText('shown to guardians').waitFor();
  await settled(page);
  await assertAccessible(page, 'versions of the notice');
  await table.locator('a.row-open').first().click();
  const frame = page.frameLocator('iframe[title="As guardians see it"]');
  await frame.getByText('Theirs again.').waitFor();
  await page.getByText(/^[0-9a-f]{64}$/).waitFor();
  await assertAccessible(page, 'a version of the notice');
  await page.getByRole('button', { name: 'Markdown' }).click();
  await page.getByText('## We ask you').waitFor();
});

test('the next version goes on from what is published, and a material one is published by its name', async () => {
  const { page } = here;
  await here.visit('/notices');
  await page.getByRole('link', { name: 'Write the next version' }).click();
  await page.getByText('There is no draft: this is version 1, to go on from.').waitFor();
  await words().fill(`${await words().inputValue()}\nWe also tell Acme.\n`);
  await page.getByRole('region', { name: 'Differences' }).getByText('We also tell Acme.').waitFor();
  await page.getByRole('checkbox', { name: /^This change is material/ }).check();
  await page.getByRole('button', { name: 'Save draft' }).click();
  await page.getByText('Everything is saved.').waitFor();
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  const sure = page.getByRole('dialog', { name: 'Publish version 2' });
  await sure.getByText('all consents to earlier versions end at once').waitFor();
  assert.ok(await sure.getByRole('button', { name: 'Publish' }).isDisabled());
  await sure.getByRole('textbox').fill('Version 2');
  await sure.getByRole('button', { name: 'Publish' }).click();
  await page.getByText('Version 2 is published.').waitFor();
  await here.visit('/notices/2');
  await page.getByRole('button', { name: 'Differences', exact: true }).click();
  await page.getByRole('region', { name: 'Differences' }).getByText('We also tell Acme.').waitFor();
  assert.deepEqual(page.faults, []);
});

test('whoever may not write reads, and is offered nothing else', () =>
  asRole(here, 'safety', async (page) => {
    await here.visit('/notices', page);
    await page.getByRole('table', { name: 'Versions' }).waitFor();
    assert.equal(await page.getByRole('link', { name: /^Write/ }).count(), 0);
    await here.visit('/notices/draft', page);
    await page.getByText('Not for your role').waitFor();
  }));
