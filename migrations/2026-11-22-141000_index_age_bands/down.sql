DROP INDEX users_band_until_idx;
