// Every page, in both themes and at every width: axe finds nothing, nothing overflows, the policy is kept.
// The data is the demo.

import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { THEMES, WIDTHS, assertAccessible, screenshot, signIn } from './lib/browser.mjs';
import { journey, settled } from './lib/journey.mjs';

let pages;
const here = journey({ demo: true, signedIn: false, prepare: listPages });

async function listPages({ engine }) {
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
}

async function settle(page) {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await settled(page);
}

for (const theme of THEMES) {
  for (const width of WIDTHS) {
    describe(`${theme} at ${width} px`, () => {
      let page;
      before(async () => {
        page = await here.open({ as: null, width, theme });
        await here.visit('/sign-in', page);
        await settle(page);
        await assertAccessible(page, 'sign-in');
        await screenshot(page, `sign-in-${theme}-${width}`);
        await signIn(page, here.engine);
      });
      after(() => page?.context().close());

      test('every page is accessible and fits', async (t) => {
        for (const [name, path] of pages) {
          await t.test(name, async () => {
            await here.visit(path, page);
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
