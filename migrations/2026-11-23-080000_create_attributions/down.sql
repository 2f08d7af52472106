DROP TABLE attribution_settings;
DROP TABLE due_attributions;
DROP TABLE attribution_touches;
DROP TABLE attributions;
