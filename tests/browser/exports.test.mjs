// Charts are saved as pictures and figures that stand on their own.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { journey } from './lib/journey.mjs';

const here = journey({ demo: true });

async function save(title, kind) {
  const { page } = here;
  const figure = page.locator('figure').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
  await figure.locator('.chart svg').waitFor();
  await figure.getByRole('button', { name: 'Export' }).click();
  const coming = page.waitForEvent('download');
  await figure.getByRole('button', { name: kind, exact: true }).click();
  const download = await coming;
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

test('a chart is saved as a PNG with something on it', async () => {
  const { page } = here;
  const { name, bytes } = await save('Hits by class', 'PNG');
  assert.equal(name, 'hits-by-class.png');
  assert.deepEqual([...bytes.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  assert.ok(bytes.readUInt32BE(16) > 400 && bytes.readUInt32BE(20) > 400, 'the picture is sharp');
  const colours = await page.evaluate(async (data) => {
    const picture = new Image();
    picture.src = data;
    await picture.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [picture.width, picture.height];
    const context = canvas.getContext('2d');
    context.drawImage(picture, 0, 0);
    const { data: dots } = context.getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(dots.buffer)).size;
  }, `data:image/png;base64,${bytes.toString('base64')}`);
  assert.ok(colours > 5, `the picture has ${colours} colours`);
  assert.deepEqual(page.faults, []);
});

test('a chart is saved as an SVG with its title and its legend', async () => {
  const { page } = here;
  const { name, bytes } = await save('Hits by class', 'SVG');
  assert.equal(name, 'hits-by-class.svg');
  const found = await page.evaluate((text) => {
    const svg = new DOMParser().parseFromString(text, 'image/svg+xml');
    return {
      broken: svg.querySelector('parsererror')?.textContent,
      title: svg.querySelector('title')?.textContent,
      broken_fills: [...svg.querySelectorAll('[fill^="url("]')]
        .filter((part) => !svg.getElementById(part.getAttribute('fill').match(/#([^")]+)/)[1])).length,
      fills: new Set([...svg.querySelectorAll('[fill^="url("]')].map((part) => part.getAttribute('fill'))).size,
      words: [...svg.querySelectorAll('text')].map((node) => node.textContent),
    };
  }, bytes.toString());
  assert.equal(found.broken, undefined);
  assert.equal(found.title, 'Hits by class');
  assert.deepEqual([found.broken_fills, found.fills], [0, 5], 'each part but the first is hatched');
  for (const word of ['human', 'bot', 'rejected']) {
    assert.ok(found.words.some((text) => text.toLowerCase().includes(word)), `${word} is not in the legend`);
  }
});

test('the figures of a chart are saved with ISO dates and plain numbers', async () => {
  const { name, bytes } = await save('Hits by class', 'CSV');
  assert.equal(name, 'hits-by-class.csv');
  const [head, ...rows] = bytes.toString().trim().split('\r\n');
  assert.equal(head.split(',').length, 7);
  assert.ok(rows.length >= 7);
  for (const row of rows) assert.match(row, /^\d{4}-\d\d-\d\d(,\d+){6}$/);
});

test('the health chart names its marks, also in the picture', async () => {
  const { page } = here;
  await here.visit('/guardrails');
  const { bytes } = await save('Health over time', 'SVG');
  const named = await page.locator('figure').filter({ hasText: 'Health over time' }).locator('[data-key]').allInnerTexts();
  assert.ok(named.length > 0, 'alerts of the demo are marked');
  assert.ok(bytes.toString().includes(named[0]), `${named[0]} is not in the picture`);
  const csv = (await save('Health over time', 'CSV')).bytes.toString().trim().split('\r\n');
  assert.match(csv[1], /^\d{4}-\d\d-\d\dT[\d:.]+Z,[\d.]+$/);
  assert.deepEqual(page.faults, []);
});

test('all users that match are saved, past the page that is shown', async () => {
  const { page } = here;
  await here.visit('/users?persona=parent');
  await page.getByRole('table', { name: 'Users' }).waitFor();
  const shown = await page.getByRole('table', { name: 'Users' }).locator('tbody tr').count();
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export all that match' }).click();
  const download = await coming;
  assert.equal(download.suggestedFilename(), 'users.csv');
  const [head, ...rows] = (await readFile(await download.path())).toString().trim().split('\r\n');
  assert.equal(head, 'external_id,persona,age_band,guardian,institution,created');
  assert.ok(rows.length > shown, `${rows.length} rows of more than ${shown}`);
  for (const row of rows) assert.equal(row.split(',')[1], 'parent');
  assert.deepEqual(page.faults, []);
});
