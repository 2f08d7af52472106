// Asks the engine's own PostgreSQL, past everything the engine makes of its data.

import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const DEBIAN = '/usr/lib/postgresql';

function psql() {
  const folders = [process.env.PG_BIN_DIR, ...(existsSync(DEBIAN) ? readdirSync(DEBIAN).map((v) => join(DEBIAN, v, 'bin')) : [])];
  const found = folders.filter(Boolean).map((folder) => join(folder, 'psql')).find(existsSync);
  return found ?? 'psql';
}

/** The rows of a query, each an object. */
export async function rows(engine, query) {
  return JSON.parse(await execute(engine, `SELECT coalesce(json_agg(answer), '[]') FROM (${query}) AS answer`));
}

/** Runs a statement and answers what it prints. */
export async function execute(engine, sql) {
  const pid = await readFile(join(engine.dataDir, 'postgres/postmaster.pid'), 'utf8');
  const socket = pid.split('\n')[4];
  return new Promise((resolve, reject) => {
    execFile(psql(), ['-XAtq', '-h', socket, '-U', 'viral_engine', '-d', 'viral_engine', '-c', sql],
      (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}
