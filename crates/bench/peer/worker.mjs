// Runs trivial jobs with graphile-worker, as fast as its documentation says it can be made, and prints jobs a second.
// Arguments: the address of the database and the number of jobs.
import { run } from "graphile-worker";
import pg from "pg";

const [connectionString, count] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString, max: 20 });
const preset = {
  worker: {
    concurrentJobs: 24,
    localQueue: { size: 500 },
    completeJobBatchDelay: 0,
    failJobBatchDelay: 0,
    logger: undefined,
  },
};
const silent = { scope: () => silent, error: console.error, warn() {}, info() {}, debug() {} };
const options = { preset, pgPool: pool, noHandleSignals: true, logger: silent, taskList: { nothing: async () => {} } };

// Its tables come with the first run, which has nothing to do.
await (await run(options)).stop();
await pool.query("TRUNCATE graphile_worker._private_jobs");
await pool.query(
  `SELECT 1 FROM graphile_worker.add_jobs(
     (SELECT array_agg(json_populate_record(null::graphile_worker.job_spec, '{"identifier": "nothing"}')) FROM generate_series(1, $1)))`,
  [Number(count)],
);
const begun = process.hrtime.bigint();
const runner = await run(options);
const left = async () => (await pool.query("SELECT count(*)::int AS n FROM graphile_worker._private_jobs")).rows[0].n;
while ((await left()) > 0) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
await runner.stop();
await pool.end();
console.log((Number(count) / seconds).toFixed(0));
