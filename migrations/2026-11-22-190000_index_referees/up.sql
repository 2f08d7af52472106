-- What came before a conversion is looked for by who was invited; hits name nobody, so that they do not pay for it.
CREATE INDEX events_referee_idx ON events (referee_id, occurred_at) WHERE referee_id IS NOT NULL;
