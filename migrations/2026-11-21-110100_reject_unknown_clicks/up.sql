-- Conversions may be rejected too: when they name a click that never came.
ALTER TABLE events
    DROP CONSTRAINT events_reject_reason_check,
    ADD CONSTRAINT events_reject_reason_check CHECK (reject_reason IN (
        'forged', 'target_refused', 'disabled', 'expired', 'exhausted', 'blocked', 'unknown_click'));
