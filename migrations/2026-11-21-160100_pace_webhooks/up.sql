-- Whether the receiver answered its last message within a second; null while that is not known. Those that do not share
-- a part of the queue, so that however many there are, the others do not wait for them.
ALTER TABLE webhook_endpoints ADD COLUMN is_quick boolean;
