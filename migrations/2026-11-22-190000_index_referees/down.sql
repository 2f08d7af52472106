DROP INDEX events_referee_idx;
