-- Lists of a hundred thousand companies. What was put away is in no list but its own, so the indexes of the lists leave it out,
-- and counting reads nothing but an index. A filter that few companies pass has an index in the order of the names.

DROP INDEX companies_by_name;
DROP INDEX companies_by_contact;
DROP INDEX companies_by_places;
DROP INDEX companies_by_place;
CREATE INDEX companies_by_name ON companies (site_id, sort_name, id) WHERE archived_at IS NULL;
CREATE INDEX companies_by_contact ON companies (site_id, last_moment_at, id) WHERE archived_at IS NULL;
CREATE INDEX companies_by_places ON companies (site_id, places_left, id) WHERE archived_at IS NULL;
CREATE INDEX companies_by_place ON companies (site_id, place, id) WHERE archived_at IS NULL;
CREATE INDEX companies_by_sector ON companies (site_id, sector, sort_name, id, places_left) WHERE archived_at IS NULL;
CREATE INDEX companies_by_owner ON companies (site_id, owner_id, sort_name, id) WHERE archived_at IS NULL;
CREATE INDEX companies_by_status ON companies (site_id, status, sort_name, id) WHERE archived_at IS NULL;
CREATE INDEX companies_closed ON companies (site_id, do_not_contact, sort_name, id) WHERE archived_at IS NULL;
CREATE INDEX companies_put_away ON companies (site_id, sort_name, id) WHERE archived_at IS NOT NULL;
CREATE INDEX recognitions_by_level ON recognitions (level, valid_until, company_id);
CREATE INDEX openings_by_confirmed ON openings (site_id, last_confirmed_on, id, state, places_left);
