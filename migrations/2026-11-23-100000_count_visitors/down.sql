DROP TABLE rollup_click_quarters;
ALTER TABLE rollup_referrer_days DROP COLUMN human;
ALTER TABLE rollup_device_days DROP COLUMN human;
ALTER TABLE events DROP COLUMN new_visitor;
