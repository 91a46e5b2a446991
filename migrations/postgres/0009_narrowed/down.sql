DROP INDEX companies_by_sector;
DROP INDEX companies_by_place;
DROP INDEX companies_by_places;
CREATE INDEX companies_by_places ON companies (site_id, places_left, id) WHERE archived_at IS NULL;
CREATE INDEX companies_by_place ON companies (site_id, place, id) WHERE archived_at IS NULL;
CREATE INDEX companies_by_sector ON companies (site_id, sector, sort_name, id, places_left) WHERE archived_at IS NULL;
