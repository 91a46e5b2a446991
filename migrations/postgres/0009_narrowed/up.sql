-- Lists narrowed by more than one thing: the indexes of the commonest filters hold what is asked besides, so that a company
-- that does not pass is not read.

DROP INDEX companies_by_places;
DROP INDEX companies_by_place;
DROP INDEX companies_by_sector;
CREATE INDEX companies_by_places
  ON companies (site_id, places_left, id, sector, place, owner_id, status, do_not_contact) WHERE archived_at IS NULL;
CREATE INDEX companies_by_place
  ON companies (site_id, place, id, sector, places_left, owner_id, status, do_not_contact) WHERE archived_at IS NULL;
CREATE INDEX companies_by_sector
  ON companies (site_id, sector, sort_name, id, places_left, place, owner_id, status, do_not_contact) WHERE archived_at IS NULL;
