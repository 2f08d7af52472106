ALTER TABLE lasting_keys RENAME CONSTRAINT lasting_keys_pkey TO mail_link_keys_pkey;
ALTER TABLE lasting_keys RENAME TO mail_link_keys;
