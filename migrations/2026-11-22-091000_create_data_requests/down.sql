DROP TABLE data_request_links;
DROP TABLE data_requests;
