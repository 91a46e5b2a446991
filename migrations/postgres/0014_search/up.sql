-- Companies around a postcode: those of each four-digit postcode lie together. Both databases read this index where a question
-- has the expression as it stands here.

CREATE INDEX companies_by_pc4 ON companies (site_id, substr(postcode, 1, 4), id) WHERE archived_at IS NULL;
