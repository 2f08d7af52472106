// The overview: every figure can be questioned, and compared with the period before.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible } from './lib/browser.mjs';
import { journey } from './lib/journey.mjs';

const here = journey({ demo: true });

test('a figure tells its formula, window and freshness, and leads to its documentation by the keyboard', async () => {
  const { page } = here;
  await here.visit('/');
  for (const name of ['Clicks', 'Hits by class', 'Top sources', 'Health score']) {
    await page.getByRole('button', { name: `How ${name} is computed` }).focus();
    const tip = page.getByRole('group', { name, exact: true });
    await tip.getByText('Window').waitFor();
    await tip.getByText('Computed').waitFor();
    await page.keyboard.press('Tab');
    const link = tip.getByRole('link', { name: 'Read its documentation' });
    assert.ok(await link.evaluate((element) => element === document.activeElement), `${name}: the link has the focus`);
    assert.match(await link.getAttribute('href'), /^\/docs\/#\/\w+\/get_\w+$/);
    await assertAccessible(page, `the explanation of ${name}`);
    await page.keyboard.press('Escape');
    await link.waitFor({ state: 'hidden' });
  }
});

test('the documentation names the operations that figures lead to', async () => {
  const document = await (await fetch(here.engine.url + '/openapi.json')).json();
  const known = Object.values(document.paths).flatMap((path) => Object.values(path))
    .filter((operation) => operation.operationId)
    .map((operation) => `/docs/#/${operation.tags[0]}/${operation.operationId}`);
  const { page } = here;
  for (const path of ['/', '/guardrails', '/guardrails?tab=shared-networks', '/alerts']) {
    await here.visit(path);
    const tips = page.locator('.tip-button');
    await tips.first().waitFor();
    for (const tip of await tips.all()) {
      await tip.focus();
      const href = await page.locator('.tip-panel:not([hidden]) a').getAttribute('href');
      assert.ok(known.includes(href), `${href} of ${path}`);
    }
  }
});

test('compared with the period before, the rate and the score tell too', async () => {
  const { page } = here;
  await here.visit('/?compare=1');
  const card = (name) => page.locator('section.card-box').filter({ has: page.getByRole('heading', { name, exact: true }) });
  const said = /more than|less than|the same as before|none in the period before/;
  await card('Conversions per click').getByText(said).waitFor();
  await card('Health score').getByText(said).waitFor();
  assert.deepEqual(page.faults, []);
});

test('switched off, the dashboards say so, and who can switch them on', async () => {
  const { page } = here;
  const flip = async (state) => {
    await here.visit('/flags');
    await page.getByRole('switch', { name: 'Dashboards' }).press('Space');
    await page.getByText(`Dashboards: ${state}, on every node.`).waitFor();
  };
  await flip('off');
  for (const path of ['/', '/guardrails']) {
    await here.visit(path);
    await page.getByRole('alert').filter({ hasText: 'an admin can switch on the flag dashboard' }).first().waitFor();
    await assertAccessible(page, `${path} without its figures`);
  }
  await flip('on');
  await here.visit('/');
  await page.getByText('Clicks', { exact: true }).first().waitFor();
});
