DROP TABLE rollup_reached_days;
DROP TABLE rollup_input_days;
DROP TABLE rollup_source_days;
DROP TABLE rollup_link_days;
DROP TABLE rollup_referrer_days;
DROP TABLE rollup_device_days;
DROP TABLE rollup_ip_device_days;
DROP TABLE rollup_ip_days;
