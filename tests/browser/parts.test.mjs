// What the app loads: little at first, the rest with the page that needs it, and a page whose part fails says so.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { journey, settled } from './lib/journey.mjs';

/** Bytes on the wire that the first visit may load; the build holds the app's files to the same budget. */
const FIRST_LOAD_BUDGET = 350 * 1024;

const here = journey({ signedIn: false });

/** What the page has loaded of the app itself, compressed as it came. */
function loaded(page) {
  return page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter(({ name }) => !new URL(name).pathname.startsWith('/v1/'))
      .map(({ name, encodedBodySize }) => ({ path: new URL(name).pathname, bytes: encodedBodySize })));
}

const parts = (files) => files.filter(({ path }) => /\/(split|chunk)_/.test(path));

test('the first visit loads the overview within its budget, compressed, and nothing of other pages', async () => {
  const known = await here.open();
  // A visit of somebody who has never been here: only the session is kept.
  const { cookies } = await known.context().storageState();
  await known.context().close();
  await here.apart(async (page) => {
    await page.context().addCookies(cookies);
    await here.visit('/', page);
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await settled(page);
    const files = await loaded(page);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    assert.ok(files.some(({ path, bytes }) => path.endsWith('.wasm') && bytes > 0), 'the app came over the wire');
    assert.ok(bytes <= FIRST_LOAD_BUDGET, `the first visit loads ${bytes} bytes:\n${JSON.stringify(files, null, 1)}`);
    assert.deepEqual(parts(files), []);
    assert.deepEqual(page.faults, []);
  }, { as: null });
});

test('pages of the other parts come when they are visited', () =>
  here.apart(async (page) => {
    for (const name of ['Links', 'Guardrails', 'Consents', 'Operators']) {
      const before = parts(await loaded(page)).length;
      await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
      await page.getByRole('heading', { level: 1, name }).waitFor();
      await settled(page);
      assert.ok(parts(await loaded(page)).length > before, `${name} loads its part`);
    }
    assert.deepEqual(page.faults, []);
  }));

test('what stands in the palette comes when it is opened, with the focus', () =>
  here.apart(async (page) => {
    const palette = (files) => files.some(({ path }) => path.includes('split_palette'));
    assert.ok(!palette(await loaded(page)));
    await page.keyboard.press('Control+k');
    const field = page.getByRole('combobox', { name: 'Search and commands' });
    await field.waitFor();
    assert.ok(await field.evaluate((element) => element === document.activeElement));
    assert.ok(palette(await loaded(page)));
    assert.deepEqual(page.faults, []);
  }));

test('a part that does not come says so, and comes with the next try', () =>
  here.apart(async (page) => {
    await page.route('**/assets/split_growth-*.wasm', (route) => route.abort());
    await here.visit('/links', page);
    await page.getByText('This page could not be loaded').waitFor();
    await page.unroute('**/assets/split_growth-*.wasm');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'Create link' }).first().waitFor();
    assert.equal(await page.getByText('This page could not be loaded').count(), 0);
    assert.deepEqual(page.faults, []);
  }));
