DROP TABLE links;
DROP FUNCTION notify_link_change;
