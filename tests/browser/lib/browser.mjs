// Chromium from the system, with a fresh profile, and what every journey does with it.

import { chromium } from 'playwright-core';
import { readFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import assert from 'node:assert/strict';

const require = createRequire(import.meta.url);
const axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
const artefacts = fileURLToPath(new URL('../artefacts/', import.meta.url));

export const WIDTHS = [360, 768, 1440];
export const THEMES = ['light', 'dark'];

/** A browser without any connection of its own to the outside; scroll bars take room in it if `scrollBars`. */
export async function launch({ scrollBars = false } = {}) {
  await mkdir(artefacts, { recursive: true });
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    ignoreDefaultArgs: scrollBars ? ['--hide-scrollbars'] : [],
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/** A page in a profile of its own; `page.faults` collects script errors and refusals of the content security policy. */
export async function openPage(browser, { width = 1440, theme = 'light', locale = 'en-GB' } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: width < 700 ? 780 : 900 },
    colorScheme: theme,
    locale,
    timezoneId: 'UTC',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|panicked|RuntimeError/.test(message.text())) page.faults.push(message.text());
  });
  return page;
}

/** Fills the sign-in form and sends it. */
export async function submitSignIn(page, { email, password }) {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Signs in through the form and waits for the overview. */
export async function signIn(page, engine, who = engine.admin) {
  await page.goto(engine.url + '/sign-in');
  await submitSignIn(page, who);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
}

/** Signs out by the account's menu. */
export async function signOut(page) {
  await page.getByRole('button', { name: /account|admin@example\.org/i }).first().click();
  await page.getByRole('button', { name: 'Sign out' }).or(page.getByRole('menuitem', { name: 'Sign out' })).first().click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
}

/** Fails with every finding of axe on the page as it stands. */
export async function assertAccessible(page, name) {
  await page.evaluate(axe);
  const result = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  const findings = result.violations.map((violation) =>
    `${violation.id}: ${violation.help}\n  ${violation.nodes.map((node) => `${node.target.join(' ')}\n    ${node.failureSummary}`).join('\n  ')}`);
  assert.equal(findings.length, 0, `${name}:\n${findings.join('\n')}`);
}

/** Keeps what the page looks like. */
export function screenshot(page, name) {
  return page.screenshot({ path: join(artefacts, `${name}.png`), fullPage: true });
}
