DROP TABLE suggestions;
DROP TABLE incoming_raws;
DROP TABLE incoming;
DROP TABLE cursors;
