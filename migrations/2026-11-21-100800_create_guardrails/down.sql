DROP TABLE installation_facts;
DROP TABLE health_snapshots;
DROP TABLE alerts;
DROP TABLE blocks;
DROP TABLE institution_networks;
DROP TABLE settings_version;
DROP TABLE settings;
DROP FUNCTION notify_block_change;
