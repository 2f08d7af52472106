DROP SEQUENCE data_version;
DROP TABLE click_log_positions;
DROP TABLE awaited_clicks;
DROP TABLE link_visitors;
DROP TABLE conversion_credits;
DROP TABLE event_ids;
DROP TABLE events;
