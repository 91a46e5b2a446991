DROP TABLE audit_events;
DROP TABLE throttles;
DROP TABLE tokens;
DROP TABLE sessions;
DROP TABLE user_sites;
DROP TABLE users;
DROP TABLE sites;
