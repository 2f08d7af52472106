-- Beside the keys of links these are those by which somebody is found of whom nothing but a hash is left.
ALTER TABLE mail_link_keys RENAME TO lasting_keys;
ALTER TABLE lasting_keys RENAME CONSTRAINT mail_link_keys_pkey TO lasting_keys_pkey;
