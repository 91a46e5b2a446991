DROP TABLE referrers;
DROP TABLE agreements;
DROP TABLE schools;
