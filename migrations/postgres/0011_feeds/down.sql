DROP INDEX users_by_feed;
ALTER TABLE users DROP COLUMN feed_hash;
