// Growth: the K-factor with its loops, the funnel and the cohorts. The screen says what the API says; the data is the demo.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible, screenshot } from './lib/browser.mjs';
import { journey, settled } from './lib/journey.mjs';

const here = journey({ demo: true });

const shown = (number, places) => number.toLocaleString('en-GB', { minimumFractionDigits: places, maximumFractionDigits: places });

/** The card with this heading. */
function card(page, title) {
  return page.locator('section.card-box').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
}

test('the cards say what the API says, with how sure it is', async () => {
  const { page, engine } = here;
  await here.visit('/k-factor?days=30');
  const k = await engine.api('GET', '/v1/metrics/k-factor?days=30');
  const cycle = await engine.api('GET', '/v1/metrics/cycle-time?days=30');
  await card(page, 'K-factor').getByText(shown(k.k_factor, 3), { exact: true }).waitFor();
  const basis = await card(page, 'K-factor').innerText();
  assert.match(basis, new RegExp(`95 %: ${shown(k.k_interval.low, 3)} to ${shown(k.k_interval.high, 3)}`));
  assert.match(await card(page, 'Active referrers').innerText(), new RegExp(`${k.active_users}\\b`));
  assert.ok((await card(page, 'Median cycle time').innerText()).includes(`${shown(cycle.median_hours, 1)} h`));
  await settled(page);
  await screenshot(page, 'k-factor');
  assert.deepEqual(page.faults, []);
});

test('loops stand with their K and what to do with them, and a source alone by the address', async () => {
  const { page, engine } = here;
  await here.visit('/k-factor?days=30');
  const loops = await engine.api('GET', '/v1/metrics/k-factor/by-source?days=30');
  const table = page.getByRole('table', { name: 'Loops' });
  const first = loops.items.find((one) => !one.is_merged && one.source);
  const row = table.getByRole('row').filter({ hasText: first.source });
  assert.ok((await row.innerText()).includes(shown(first.k_factor, 3)));
  await here.visit(`/k-factor?days=30&source=${first.source}`);
  await card(page, 'K-factor').getByText(shown(first.k_factor, 3), { exact: true }).waitFor();
  assert.equal(await table.locator('tbody tr').count(), 1);
});

test('what guardrails flag can be left out of every figure, by the address', async () => {
  const { page, engine } = here;
  const raw = await engine.api('GET', '/v1/metrics/k-factor?days=30');
  const verified = await engine.api('GET', '/v1/metrics/k-factor?days=30&traffic=verified');
  assert.ok(verified.total_conversions < raw.total_conversions, 'the demo has a referrer with made-up conversions');
  await here.visit('/k-factor?days=30');
  await page.getByLabel('Traffic', { exact: true }).selectOption('verified');
  await page.waitForURL(/traffic=verified/);
  await card(page, 'K-factor').getByText(shown(verified.k_factor, 3), { exact: true }).waitFor();
  await here.visit('/attribution?days=30');
  assert.equal(await page.getByLabel('Traffic', { exact: true }).count(), 0);
  assert.deepEqual(page.faults, []);
});

test('the period before stands beside each figure', async () => {
  const { page, engine } = here;
  await here.visit('/k-factor?days=7&compare=1');
  const k = await engine.api('GET', '/v1/metrics/k-factor?days=7&compare=previous');
  const before = shown(k.previous.k_factor, 3);
  await card(page, 'K-factor').getByText(new RegExp(`before: ${before}|than ${before} before`)).waitFor();
});

test('the funnel has a table of the same figures, and cohorts tell who came back', async () => {
  const { page, engine } = here;
  await here.visit('/funnel?days=30');
  const funnel = await engine.api('GET', '/v1/metrics/funnel?days=30');
  const figure = page.locator('figure').filter({ has: page.getByRole('heading', { name: 'Funnel' }) });
  await figure.getByRole('button', { name: 'Table' }).click();
  const steps = await figure.getByRole('table', { name: 'Funnel' }).locator('tbody tr').allInnerTexts();
  const counts = steps.map((step) => step.split('\t')[1].replaceAll(',', '').trim());
  assert.deepEqual(counts, funnel.steps.map((step) => String(step.count)));
  const { cohorts } = await engine.api('GET', '/v1/metrics/cohorts');
  const sizes = cohorts.filter((cohort) => cohort.size > 0);
  const rows = page.getByRole('table', { name: 'Cohorts' }).locator('tbody tr');
  await rows.first().waitFor();
  assert.equal(await rows.count(), cohorts.length);
  assert.ok(sizes.length > 0);
  await settled(page);
  await screenshot(page, 'funnel');
  assert.deepEqual(page.faults, []);
});

test('a conversion tells what led to it, and a model parts the whole of it', async () => {
  const { page, engine } = here;
  await here.visit('/conversions');
  const table = page.getByRole('table', { name: 'Conversions' });
  await table.getByText('counts', { exact: true }).first().waitFor();
  await assertAccessible(page, 'conversions');
  await table.locator('.row-open').first().click();
  await page.waitForURL(/\/conversions\/[0-9a-f-]{36}/);
  const touches = page.getByRole('table', { name: 'Touches' });
  await touches.getByText('100.00 %').first().waitFor();
  await page.getByLabel('Model').selectOption('linear');
  await page.waitForURL(/model=linear/);
  const id = new URL(page.url()).pathname.split('/').pop();
  const explained = await engine.api('GET', `/v1/conversions/${id}/explain?model=linear`);
  await page.getByRole('definition').filter({ hasText: 'linear' }).waitFor();
  assert.equal(await touches.locator('tbody tr').count(), explained.touches.length);
  await settled(page);
  await assertAccessible(page, 'a conversion');
  await screenshot(page, 'conversion');
  await here.visit('/conversions/00000000-0000-7000-8000-000000000000');
  await page.getByText('The address may be mistyped, or what it named is gone').waitFor();
});

test('conversions are owed to sources by every model, and the model that is set comes first', async () => {
  const { page, engine } = here;
  const told = () => engine.api('GET', '/v1/metrics/attribution?days=30');
  // The demo's conversions are attributed within a second or so of being stored.
  for (let look = 0; look < 60 && (await told()).pending > 0; look += 1) await new Promise((again) => setTimeout(again, 500));
  const before = await told();
  assert.equal(before.pending, 0);
  const whole = (model) => before.by_source.reduce((sum, one) => sum + Number(one.credits[model]), 0);
  for (const model of ['last', 'first', 'linear', 'position']) {
    assert.equal(whole(model).toFixed(6), (before.total_conversions - before.unattributed).toFixed(6), model);
  }
  await here.visit('/attribution?days=30');
  const table = page.getByRole('table', { name: 'Source' });
  const first = before.by_source[0];
  const row = table.locator('tbody tr').first();
  await row.getByText(first.is_merged ? 'Others, together' : first.name).waitFor();
  assert.ok((await row.innerText()).includes(shown(Number(first.credits.last), 1)));
  await page.getByLabel('Lookback in days').fill('0');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Give a number of days from 1 to 90.').first().waitFor();
  await page.getByLabel('Lookback in days').fill('30');
  await page.getByLabel('Model', { exact: true }).selectOption('first');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  assert.equal((await engine.api('GET', '/v1/attribution/settings')).model, 'first');
  await page.getByRole('definition').filter({ hasText: 'first touch' }).waitFor();
  await settled(page);
  await assertAccessible(page, 'attribution');
  await screenshot(page, 'attribution');
  await page.getByRole('button', { name: 'Recompute 90 days' }).click();
  await page.waitForURL(/\/jobs\/[0-9a-f-]{36}/);
  await page.getByText('attribute_conversions').first().waitFor();
  assert.deepEqual(page.faults, []);
});
