// Every page, in both themes and at every width: axe finds nothing, nothing overflows, the policy is kept.
// The data is the demo.

import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { startEngine } from './lib/engine.mjs';
import { THEMES, WIDTHS, assertAccessible, launch, openPage, screenshot, signIn } from './lib/browser.mjs';

let engine;
let browser;
let pages;

before(async () => {
  engine = await startEngine({ demo: true });
  browser = await launch();
  const links = await engine.api('GET', '/v1/links?limit=1');
  const users = await engine.api('GET', '/v1/users?limit=1');
  pages = [
    ['overview', '/'],
    ['guardrails', '/guardrails'],
    ['guardrails-bots', '/guardrails?tab=bots'],
    ['guardrails-opt-outs', '/guardrails?tab=opt-outs'],
    ['guardrails-coppa', '/guardrails?tab=coppa'],
    ['guardrails-conversions', '/guardrails?tab=conversions'],
    ['guardrails-shared-networks', '/guardrails?tab=shared-networks'],
    ['alerts', '/alerts'],
    ['links', '/links'],
    ['link-new', '/links/new'],
    ['link', `/links/${links.items[0].id}`],
    ['users', '/users'],
    ['user', `/users/${encodeURIComponent(users.items[0].external_id)}`],
    ['api-keys', '/api-keys'],
    ['operators', '/operators'],
    ['settings', '/settings'],
    ['account', '/account'],
    ['about', '/about'],
    ['not-found', '/no-such-page'],
  ];
});

after(async () => {
  await browser?.close();
  await engine?.stop();
});

async function settle(page) {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
}

for (const theme of THEMES) {
  for (const width of WIDTHS) {
    describe(`${theme} at ${width} px`, () => {
      let page;
      before(async () => {
        page = await openPage(browser, { width, theme });
        await page.goto(engine.url + '/sign-in');
        await settle(page);
        await assertAccessible(page, 'sign-in');
        await screenshot(page, `sign-in-${theme}-${width}`);
        await signIn(page, engine);
      });
      after(() => page?.context().close());

      test('every page is accessible and fits', async (t) => {
        for (const [name, path] of pages) {
          await t.test(name, async () => {
            await page.goto(engine.url + path);
            await settle(page);
            await assertAccessible(page, name);
            const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
            assert.ok(overflow <= 0, `${name} is ${overflow} px wider than the window`);
            assert.deepEqual(page.faults, []);
            await screenshot(page, `${name}-${theme}-${width}`);
          });
        }
      });
    });
  }
}
