// What the app loads: little at first, the rest with the page that needs it, and a page whose part fails says so.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { startEngine } from './lib/engine.mjs';
import { launch, openPage, signIn } from './lib/browser.mjs';

/** Bytes on the wire that the first visit may load; the build holds the app's files to the same budget. */
const FIRST_LOAD_BUDGET = 350 * 1024;

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

/** What the page has loaded of the app itself, compressed as it came. */
function loaded(page) {
  return page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter(({ name }) => !new URL(name).pathname.startsWith('/v1/'))
      .map(({ name, encodedBodySize }) => ({ path: new URL(name).pathname, bytes: encodedBodySize })));
}

const parts = (files) => files.filter(({ path }) => /\/(split|chunk)_/.test(path));

test('the first visit loads the overview within its budget, compressed, and nothing of other pages', async () => {
  const page = await openPage(browser);
  await signIn(page, engine);
  // A visit of somebody who has never been here: only the session is kept.
  const { cookies } = await page.context().storageState();
  await page.context().close();
  const first = await openPage(browser);
  await first.context().addCookies(cookies);
  await first.goto(engine.url + '/');
  await first.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await first.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
  const files = await loaded(first);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  assert.ok(files.some(({ path, bytes }) => path.endsWith('.wasm') && bytes > 0), 'the app came over the wire');
  assert.ok(bytes <= FIRST_LOAD_BUDGET, `the first visit loads ${bytes} bytes:\n${JSON.stringify(files, null, 1)}`);
  assert.deepEqual(parts(files), []);
  assert.deepEqual(first.faults, []);
  await first.context().close();
});

test('pages of the other parts come when they are visited', async () => {
  const page = await openPage(browser);
  await signIn(page, engine);
  for (const name of ['Links', 'Guardrails', 'Operators']) {
    const before = parts(await loaded(page)).length;
    await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
    assert.ok(parts(await loaded(page)).length > before, `${name} loads its part`);
  }
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('a part that does not come says so, and comes with the next try', async () => {
  const page = await openPage(browser);
  await signIn(page, engine);
  await page.route('**/assets/split_growth-*.wasm', (route) => route.abort());
  await page.goto(engine.url + '/links');
  await page.getByText('This page could not be loaded').waitFor();
  await page.unroute('**/assets/split_growth-*.wasm');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('link', { name: 'Create link' }).first().waitFor();
  assert.equal(await page.getByText('This page could not be loaded').count(), 0);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
