// Starts the real engine with its own PostgreSQL in a folder of its own, and stops it again.

import { spawn, execFile } from 'node:child_process';
import { mkdtemp, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const binary = process.env.VIRAL_ENGINE_BIN ?? join(root, 'target/debug/viral-engine');

/** Host that links may lead to in these tests; never looked up, since redirects are not followed. */
export const TARGET = 'https://learn.example.org/join';

const settings = {
  LINK_TARGET_HOSTS: 'learn.example.org',
  LOG_LEVEL: 'warn',
};

/** Runs `viral-engine ARGS` to its end and answers what it printed. */
export function run(args, input, env) {
  return new Promise((resolve, reject) => {
    const child = execFile(binary, args, { cwd: root, env: { ...clean(), ...env } }, (error, stdout, stderr) =>
      error ? reject(new Error(`viral-engine ${args.join(' ')}: ${stderr}`)) : resolve(stdout));
    child.stdin.end(input ?? '');
  });
}

function clean() {
  const env = { ...process.env, ...settings };
  delete env.DATABASE_URL;
  return env;
}

/** A running engine: `url`, `dataDir`, `admin` credentials and an API `key` with every scope. */
export async function startEngine({ demo = false, env = {} } = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 've-browser-'));
  // PostgreSQL runs as an unprivileged user when the tests run as root, and must reach its folder.
  await chmod(dataDir, 0o755);
  let child = serve(dataDir, demo, env);
  const url = await listening(child);
  const admin = { email: 'admin@example.org', password: 'correct horse battery staple' };
  await run(['create-admin', '--email', admin.email, '--data-dir', dataDir], admin.password + '\n');
  const key = (await run(['api-key', 'create', '--name', 'browser-tests', '--scopes', '*', '--data-dir', dataDir])).trim();
  return {
    url,
    dataDir,
    admin,
    key,
    api: (method, path, body) => api(url, key, method, path, body),
    stop: () => stop(child, dataDir),
    /** Kills it where it stands, and starts it again on the same data; answers the new address. */
    async killAndRestart() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
      child = serve(dataDir, false, env);
      return listening(child);
    },
  };
}

function serve(dataDir, demo, env) {
  const args = ['serve', '--data-dir', dataDir, '--bind', '127.0.0.1:0', ...(demo ? ['--demo'] : [])];
  return spawn(binary, args, { cwd: root, env: { ...clean(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}

function listening(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`the engine did not start within 60 s:\n${text}`)), 60_000);
    const read = (chunk) => {
      text += chunk;
      const found = text.match(/http:\/\/127\.0\.0\.1:(\d+)/);
      if (found) {
        clearTimeout(timer);
        resolve(found[0]);
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`the engine ended with ${code}:\n${text}`)));
  });
}

async function stop(child, dataDir) {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
  await rm(dataDir, { recursive: true, force: true });
}

async function api(url, key, method, path, body) {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

/** What `ask` answers as soon as that is something; fails when it is nothing for a minute. */
export async function eventually(what, ask) {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    const answer = await ask();
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`after a minute there is still no ${what}`);
}

/** Headers of a browser session of the admin. */
export async function adminSession(engine) {
  const response = await fetch(engine.url + '/v1/auth/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: engine.url },
    body: JSON.stringify(engine.admin),
  });
  const me = await response.json();
  const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
  return { Cookie: cookie, Origin: engine.url, 'X-CSRF-Token': me.csrf_token };
}
