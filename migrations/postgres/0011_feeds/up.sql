-- The secret of a person's calendar feed, hashed; none where nobody asked for one.

ALTER TABLE users ADD COLUMN feed_hash TEXT;
CREATE UNIQUE INDEX users_by_feed ON users (feed_hash);
