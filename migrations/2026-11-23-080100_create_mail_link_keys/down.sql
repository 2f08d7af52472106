DROP TABLE mail_link_keys;
