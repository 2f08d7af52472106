DROP TABLE api_keys;
DROP TABLE sign_in_failures;
DROP TABLE sessions;
DROP TABLE setup_links;
DROP TABLE operators;
DROP FUNCTION notify_access_change;
