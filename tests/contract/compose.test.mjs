// docker-compose.yml is valid, and the secrets it makes are a configuration that the engine takes.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const binary = process.env.VIRAL_ENGINE_BIN ?? join(root, 'target/debug/viral-engine');

/** Compose as a plugin of Docker, or the program it was before. */
const compose = [['docker', 'compose'], ['docker-compose']].find(([program, ...args]) =>
  spawnSync(program, [...args, 'version']).status === 0);
const skip = compose ? false : 'Docker Compose is not installed';

test('the compose file is valid', { skip }, () => {
  const [program, ...args] = compose;
  execFileSync(program, [...args, 'config', '--quiet'], { cwd: root, stdio: 'pipe' });
});

test('the engine takes the secrets that are made on the first start', () => {
  const folder = mkdtempSync(join(tmpdir(), 've-compose-'));
  try {
    const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
    const [, script] = text.match(/- sh\n\s+- -euc\n\s+- \|\n([\s\S]*?)\n\nvolumes:/);
    const here = script.replaceAll('$$', '$').replaceAll('/secrets', folder).replace(/^\s*chown .*$/m, '');
    execFileSync('sh', ['-euc', here], { stdio: 'pipe' });
    const made = readFileSync(join(folder, 'engine.toml'), 'utf8');
    execFileSync('sh', ['-euc', here], { stdio: 'pipe' });
    assert.equal(readFileSync(join(folder, 'engine.toml'), 'utf8'), made, 'a second start changes nothing');
    const shown = execFileSync(binary, ['check-config'], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        CONFIG_FILE: join(folder, 'engine.toml'),
        ENVIRONMENT: 'production',
        PUBLIC_URL: 'https://go.example.org',
        LINK_TARGET_HOSTS: 'learn.example.org',
        DATA_DIR: folder,
      },
      encoding: 'utf8',
    });
    const password = readFileSync(join(folder, 'postgres_password'), 'utf8');
    assert.match(password, /^[0-9a-f]{64}$/);
    assert.ok(!shown.includes(password), 'secrets are not shown');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
