"""Counts growth in windows with DuckDB: `windows.py EVENTS.csv`, then a window `[from, to]` in microseconds a line.

Answers each by a line of JSON: what the engine's K-factor is made of, and how many milliseconds that took.
"""

import json
import sys
import time

import duckdb

COUNTS = """
SELECT count(*) FILTER (WHERE type = 'invite_sent') AS total_invites,
       count(DISTINCT referrer) FILTER (WHERE type = 'invite_sent') AS active_users,
       count(*) FILTER (WHERE type = 'click' AND class = 'human') AS total_clicks,
       count(*) FILTER (WHERE type = 'conversion' AND accepted) AS total_conversions
FROM events WHERE micros >= ? AND micros < ?
"""
NAMES = ["total_invites", "active_users", "total_clicks", "total_conversions"]

database = duckdb.connect()
database.execute(
    "CREATE TABLE events AS SELECT * FROM read_csv(?, header = false, columns = "
    "{'type': 'VARCHAR', 'class': 'VARCHAR', 'accepted': 'BOOLEAN', 'referrer': 'UUID', 'micros': 'BIGINT'}) ORDER BY micros",
    [sys.argv[1]],
)
print("ready", flush=True)
for line in sys.stdin:
    begun = time.perf_counter()
    counts = database.execute(COUNTS, json.loads(line)).fetchone()
    milliseconds = (time.perf_counter() - begun) * 1000
    print(json.dumps({**dict(zip(NAMES, counts)), "milliseconds": milliseconds}), flush=True)
