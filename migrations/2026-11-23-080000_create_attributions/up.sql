-- The attribution ledger: each conversion that counts, every touch that led to it, the earliest first, and the millionths
-- of it that each model credits a touch with. Made of the events alone, and made anew when one of them changes.

CREATE TABLE attributions (
    conversion_id uuid CONSTRAINT attributions_pkey PRIMARY KEY,
    converted_at timestamptz NOT NULL,
    lookback_days integer NOT NULL CONSTRAINT attributions_lookback_days_check CHECK (lookback_days BETWEEN 1 AND 90),
    computed_at timestamptz NOT NULL
);
CREATE INDEX attributions_converted_at_idx ON attributions (converted_at);

CREATE TABLE attribution_touches (
    conversion_id uuid NOT NULL CONSTRAINT attribution_touches_conversion_id_fkey REFERENCES attributions ON DELETE CASCADE,
    place integer NOT NULL,
    -- Of the conversion, so that a window reads this table alone.
    converted_at timestamptz NOT NULL,
    kind text NOT NULL CONSTRAINT attribution_touches_kind_check CHECK (kind IN ('invitation', 'click', 'named')),
    event_id uuid NOT NULL,
    at timestamptz NOT NULL,
    link_id uuid,
    referrer_id uuid,
    last_credit integer NOT NULL,
    first_credit integer NOT NULL,
    linear_credit integer NOT NULL,
    position_credit integer NOT NULL,
    CONSTRAINT attribution_touches_pkey PRIMARY KEY (conversion_id, place)
);
CREATE INDEX attribution_touches_converted_at_idx ON attribution_touches (converted_at);

-- Conversions whose touches may have changed, left by ingest in the transaction that changed them.
CREATE TABLE due_attributions (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT due_attributions_pkey PRIMARY KEY,
    conversion_id uuid NOT NULL
);
INSERT INTO due_attributions (conversion_id)
SELECT id FROM events WHERE type = 'conversion' AND reject_reason IS NULL;

-- The operator's choice: which model figures show first, and how far back touches count.
CREATE TABLE attribution_settings (
    only_row boolean NOT NULL DEFAULT true CONSTRAINT attribution_settings_pkey PRIMARY KEY CONSTRAINT attribution_settings_only_row_check CHECK (only_row),
    model text NOT NULL CONSTRAINT attribution_settings_model_check CHECK (model IN ('last', 'first', 'linear', 'position')),
    lookback_days integer NOT NULL CONSTRAINT attribution_settings_lookback_days_check CHECK (lookback_days BETWEEN 1 AND 90),
    version bigint NOT NULL
);
INSERT INTO attribution_settings (model, lookback_days, version) VALUES ('last', 30, 1);
