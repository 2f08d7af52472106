// Consents: a guardian is asked, signs a form that two operators look at, and what is allowed is suspended and revoked.

import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { THEMES, WIDTHS, assertAccessible, screenshot } from './lib/browser.mjs';
import { addFamily, allowBySignedForm, phone, publishNotice, sendForm } from './lib/guardian.mjs';
import { asRole, journey, settled, tabTo } from './lib/journey.mjs';

const guardian = await phone();
after(() => guardian.stop());
const here = journey({ env: guardian.env, prepare: ({ engine }) => addFamily(engine) });
const SCOPES = ['core_use', 'invite_friend'];
let path;

const requestDialog = () => here.page.getByRole('dialog', { name: 'Request consent' });
const invalid = (field) => here.page.waitForFunction(
  (element) => element.getAttribute('aria-invalid') === 'true', field);

test('an empty list says what to do; what is wrong with a request is told at its field', async () => {
  const { page, engine } = here;
  await here.visit('/consents');
  await page.getByText('No consents').waitFor();
  await assertAccessible(page, 'no consents');
  await tabTo(page, page.getByRole('button', { name: 'Request consent' }));
  await page.keyboard.press('Enter');
  const dialog = requestDialog();
  const child = dialog.getByLabel('Child', { exact: true });
  await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT');
  await child.fill('nobody');
  await page.keyboard.press('Enter');
  await dialog.getByText('Choose at least one scope.').waitFor();
  await assertAccessible(page, 'a request with faults');
  const scope = dialog.getByRole('checkbox', { name: /^core_use/ });
  await tabTo(page, scope);
  await page.keyboard.press('Space');
  await dialog.getByRole('button', { name: 'Ask the guardian' }).press('Enter');
  await dialog.getByRole('link', { name: 'Write and publish the notice first' }).waitFor();

  await publishNotice(engine);
  await dialog.getByRole('button', { name: 'Ask the guardian' }).click();
  await invalid(await child.elementHandle());
  await child.fill('child-7');
  await dialog.getByLabel('Disclosure to').fill('Acme!');
  await dialog.getByRole('button', { name: 'Ask the guardian' }).click();
  await dialog.getByText(/^disclose:Acme!: /).waitFor();
  await dialog.getByLabel('Disclosure to').fill('');
  await dialog.getByRole('checkbox', { name: /^invite_friend/ }).check();
  await dialog.getByLabel("Guardian's phone").fill('+49 171 1234567');
  await dialog.getByRole('button', { name: 'Ask the guardian' }).click();
  await page.waitForURL(/\/consents\/requests\/[0-9a-f-]{36}/);
  await page.getByText('by text message').waitFor();
  const scopes = page.getByRole('table', { name: 'Scopes of this request' });
  for (const scope of SCOPES) await scopes.getByText(scope, { exact: true }).waitFor();
  await settled(page);
  await assertAccessible(page, 'a request');
  await screenshot(page, 'consent-request');
  path = await guardian.path(0);
});

test('the overview tells what is pending, and filters stand in the address', async () => {
  const { page } = here;
  await here.visit('/consents');
  await page.getByRole('figure').filter({ hasText: 'Pending by age' }).waitFor();
  await page.getByText('oldest asked 0 days ago').waitFor();
  const scopes = page.getByRole('table', { name: 'By scope' });
  assert.match(await scopes.getByRole('row').filter({ hasText: 'core_use' }).innerText(), /0\.00 %/);
  await scopes.getByRole('link', { name: /invite_friend/ }).click();
  await page.waitForURL(/scope=invite_friend/);
  const list = page.getByRole('table', { name: 'Consents', exact: true });
  await list.getByText('core_use', { exact: true }).waitFor({ state: 'detached' });
  await list.getByText('asked', { exact: true }).waitFor();
  await page.getByLabel('State', { exact: true }).selectOption('active');
  await page.getByText('No consent matches').waitFor();
  await assertAccessible(page, 'consents');
});

test('a signed form is shown as a picture, and whoever approved it is told that it takes somebody else', async () => {
  const { page, engine } = here;
  await allowBySignedForm(engine, path, SCOPES);
  await sendForm(engine, path, await page.screenshot());
  await here.visit('/verifications?state=submitted');
  await page.getByRole('table', { name: 'Verifications' }).locator('a.row-open').first().press('Enter');
  const drawer = page.getByRole('dialog', { name: 'Verification' });
  await drawer.getByRole('link', { name: 'child-7' }).waitFor();
  await drawer.getByText('Nobody has looked at it yet.').waitFor();
  await drawer.getByRole('button', { name: 'Show the form' }).press('Enter');
  const picture = drawer.getByRole('img', { name: 'The form as it was sent in' });
  await page.waitForFunction((img) => img.complete && img.naturalWidth > 100, await picture.elementHandle());
  await assertAccessible(page, 'a form to be looked at');
  await drawer.getByRole('button', { name: 'Approve' }).click();
  const sure = page.getByRole('dialog', { name: 'Approve this form' });
  await sure.getByText('You are the first of two.').waitFor();
  await sure.getByRole('button', { name: 'Approve' }).press('Enter');
  await drawer.getByText('Somebody else has to look at it').waitFor();
  assert.equal(await drawer.getByRole('button', { name: 'Approve' }).count(), 0);
  await assertAccessible(page, 'a form that somebody else has to look at');
  await screenshot(page, 'verification');
  assert.deepEqual(page.faults, []);
});

test('the second operator approves, and the consents are in force', () =>
  asRole(here, 'safety', async (page) => {
    await here.visit('/verifications', page);
    const row = page.getByRole('table', { name: 'Verifications' }).getByRole('row').filter({ hasText: '1 of 2 approvals' });
    await row.locator('a.row-open').click();
    const drawer = page.getByRole('dialog', { name: 'Verification' });
    await drawer.getByRole('button', { name: 'Show the form' }).click();
    await drawer.getByRole('img', { name: 'The form as it was sent in' }).waitFor();
    await drawer.getByRole('button', { name: 'Approve' }).click();
    const sure = page.getByRole('dialog', { name: 'Approve this form' });
    await sure.getByText('You are the second.').waitFor();
    await sure.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Two people have approved: the consents are in force.').waitFor();
    await drawer.getByText('verified', { exact: true }).waitFor();
    assert.deepEqual(page.faults, []);
  }));

test('the guardian reads on any screen what is allowed, and has a button to take it back', async () => {
  for (const width of WIDTHS) {
    for (const theme of THEMES) {
      await here.apart(async (page) => {
        await here.visit(`${path}?lang=en`, page);
        await page.getByRole('columnheader', { name: 'Your answer' }).waitFor({ state: 'attached' });
        const what = await page.getByRole('rowheader').first().boundingBox();
        assert.ok(what.width >= 120, `${width} ${theme}: what is allowed is ${what.width} px wide`);
        await page.getByRole('cell').getByRole('button').first().waitFor();
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(wider <= 0, `${width}: the page is ${wider} px too wide`);
        await assertAccessible(page, `a guardian's consents, ${width} px, ${theme}`);
        await screenshot(page, `guardian-${width}-${theme}`);
        assert.deepEqual(page.faults, []);
      }, { as: null, width, theme });
    }
  }
});

test('a consent shows what proves it, and is suspended, resumed and revoked', async () => {
  const { page } = here;
  await here.visit('/users/child-7');
  await page.getByRole('main').getByRole('link', { name: 'Consents', exact: true }).click();
  await page.waitForURL(/\/users\/child-7\/consents/);
  const list = page.getByRole('table', { name: 'Consents' });
  await list.getByText('in force', { exact: true }).first().waitFor();
  await assertAccessible(page, "a user's consents");
  await list.getByRole('link', { name: /invite_friend/ }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Consent', exact: true }).waitFor();
  await page.getByText(/^form\/[0-9a-f-]{36}\/sha256:[0-9a-f]{64}$/).waitFor();
  await page.getByText(/^[0-9a-f]{64}$/).first().waitFor();
  const evidence = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Evidence' }) });
  await evidence.getByText('core_use').waitFor();
  await page.getByText('The guardian was verified').waitFor();
  await settled(page);
  await assertAccessible(page, 'a consent');
  await screenshot(page, 'consent');

  await page.getByRole('button', { name: 'Suspend', exact: true }).click();
  await page.getByRole('dialog', { name: 'Suspend this consent' }).getByRole('button', { name: 'Suspend' }).press('Enter');
  await page.getByText('The consent is suspended.').waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('dialog', { name: 'Resume this consent' }).getByRole('button', { name: 'Resume' }).click();
  await page.getByText('The consent is in force again.').waitFor();

  await page.getByRole('button', { name: 'Revoke' }).click();
  const sure = page.getByRole('dialog', { name: 'Revoke this consent' });
  assert.ok(await sure.getByRole('button', { name: 'Revoke' }).isDisabled());
  await sure.getByRole('textbox').fill('child-7');
  await assertAccessible(page, 'a consent that is revoked');
  await sure.getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('The consent is revoked.').waitFor();
  await page.getByText('It was revoked', { exact: true }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Revoke' }).count(), 0);
  assert.deepEqual(page.faults, []);
});

test('whoever may only read is offered nothing else', () =>
  asRole(here, 'analyst', async (page) => {
    await here.visit('/consents', page);
    await page.getByRole('table', { name: 'Consents', exact: true }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Request consent' }).count(), 0);
    assert.equal(await page.getByRole('link', { name: 'Verifications' }).count(), 0);
    await page.getByRole('table', { name: 'Consents', exact: true }).locator('a.row-open').first().click();
    await page.getByRole('heading', { name: 'Evidence' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Revoke' }).count(), 0);
    await here.visit('/verifications', page);
    await page.getByText('Not for your role').waitFor();
  }));
