DROP INDEX companies_by_pc4;
