-- Whose age band ends is looked for every night.
CREATE INDEX users_band_until_idx ON users (band_until) WHERE band_until IS NOT NULL;
