DROP TABLE digests;
DROP TABLE tick_runs;
DROP TABLE tick_plans;
DROP TABLE leases;
