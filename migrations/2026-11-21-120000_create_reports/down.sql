DROP TABLE report_subscriptions;
DROP TABLE reports;
