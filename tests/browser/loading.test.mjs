// Where things stand: what is coming has the shape of what comes, and what opens covers what it should.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { launch, openPage, signIn } from './lib/browser.mjs';
import { journey, settled } from './lib/journey.mjs';

const here = journey({ demo: true });

/** Left edges and widths of the first cards, and where the second row of them begins. */
function places(page) {
  return page.evaluate(() => {
    const boxes = [...document.querySelectorAll('main .card-box')].map((card) => card.getBoundingClientRect());
    const top = boxes[0].top;
    const row = boxes.filter((box) => Math.abs(box.top - top) < 4);
    return { row: row.map((box) => [box.left, box.width].map(Math.round)), below: Math.round(boxes[row.length].top - top) };
  });
}

for (const [name, path, call] of [['Overview', '/', '**/v1/overview**'], ['Guardrails', '/guardrails', '**/v1/guardrails/overview**']]) {
  test(`${name} loads in its final shape`, async () => {
    const { page } = here;
    let release;
    const held = new Promise((resolve) => { release = resolve; });
    await page.route(call, async (route) => {
      await held;
      await route.continue();
    });
    await here.visit(path);
    await page.locator('.skeleton-card').first().waitFor();
    const before = await places(page);
    release();
    await page.locator('.stat-value').first().waitFor();
    await settled(page);
    await page.unroute(call);
    const after = await places(page);
    assert.equal(before.row.length, after.row.length);
    before.row.forEach(([left, width], place) => {
      assert.ok(Math.abs(left - after.row[place][0]) <= 24, `card ${place} moves from ${left} to ${after.row[place][0]}`);
      assert.ok(Math.abs(width - after.row[place][1]) <= 24, `card ${place} grows from ${width} to ${after.row[place][1]}`);
    });
    assert.ok(Math.abs(before.below - after.below) <= 32, `the second row moves from ${before.below} to ${after.below}`);
  });
}

test('on a phone a drawer fills the window beside its scroll bar, with room at its edges', async () => {
  const browser = await launch({ scrollBars: true });
  try {
    const page = await openPage(browser, { width: 360 });
    await signIn(page, here.engine);
    await here.visit('/alerts', page);
    await page.locator('li a.link').first().click();
    const drawer = page.getByRole('dialog', { name: 'Alert' });
    await drawer.getByRole('heading', { name: 'Figures' }).waitFor();
    const found = await drawer.evaluate((element) => {
      const box = element.getBoundingClientRect();
      const text = element.querySelector('.dialog-body p').getBoundingClientRect();
      return { left: box.left, right: box.right, text: text.left, window: document.documentElement.clientWidth };
    });
    assert.ok(found.window < 360, 'the scroll bar takes room');
    const border = 1;
    assert.deepEqual([found.left, found.right, found.text], [0, found.window, border + 16]);
  } finally {
    await browser.close();
  }
});
