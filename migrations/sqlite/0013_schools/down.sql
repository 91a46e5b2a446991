DROP TABLE referrals;
ALTER TABLE students DROP COLUMN school_id;
DROP TABLE referrers;
DROP TABLE agreements;
DROP TABLE schools;
