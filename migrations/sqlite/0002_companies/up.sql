-- Companies, contacts, what passed between us, their places, and the imports they came with.

CREATE TABLE imports (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  user_id BIGINT REFERENCES users (id),
  file_name TEXT NOT NULL,
  state TEXT NOT NULL,
  header TEXT NOT NULL,
  mapping TEXT NOT NULL,
  total INTEGER NOT NULL,
  applied INTEGER NOT NULL,
  tally TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP
);
CREATE INDEX imports_by_site ON imports (site_id, id);
CREATE INDEX imports_by_state ON imports (state, id);

CREATE TABLE companies (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  name TEXT NOT NULL,
  sort_name TEXT NOT NULL,
  search_text TEXT NOT NULL,
  kvk TEXT,
  branch_number TEXT,
  sector TEXT NOT NULL,
  street TEXT NOT NULL,
  postcode TEXT,
  place TEXT NOT NULL,
  website TEXT NOT NULL,
  mail_domain TEXT,
  phone TEXT,
  size TEXT,
  owner_id BIGINT REFERENCES users (id),
  status TEXT NOT NULL,
  do_not_contact BOOLEAN NOT NULL,
  do_not_contact_reason TEXT NOT NULL,
  notes TEXT NOT NULL,
  last_moment_at TIMESTAMP,
  places_left INTEGER NOT NULL,
  import_id BIGINT REFERENCES imports (id),
  version INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  archived_at TIMESTAMP
);
CREATE INDEX companies_by_name ON companies (site_id, sort_name, id);
CREATE INDEX companies_by_contact ON companies (site_id, last_moment_at, id);
CREATE INDEX companies_by_places ON companies (site_id, places_left, id);
CREATE INDEX companies_by_place ON companies (site_id, place, id);
CREATE INDEX companies_by_kvk ON companies (kvk);
CREATE INDEX companies_by_domain ON companies (mail_domain);

CREATE VIRTUAL TABLE companies_search USING fts5 (search_text, content = 'companies', content_rowid = 'id', prefix = '2 3');
CREATE TRIGGER companies_search_insert AFTER INSERT ON companies BEGIN
  INSERT INTO companies_search (rowid, search_text) VALUES (new.id, new.search_text);
END;
CREATE TRIGGER companies_search_delete AFTER DELETE ON companies BEGIN
  INSERT INTO companies_search (companies_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);
END;
CREATE TRIGGER companies_search_update AFTER UPDATE OF search_text ON companies WHEN old.search_text <> new.search_text BEGIN
  INSERT INTO companies_search (companies_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);
  INSERT INTO companies_search (rowid, search_text) VALUES (new.id, new.search_text);
END;

CREATE TABLE company_tags (
  company_id BIGINT NOT NULL REFERENCES companies (id),
  tag TEXT NOT NULL,
  PRIMARY KEY (company_id, tag)
);
CREATE INDEX company_tags_by_tag ON company_tags (tag, company_id);

CREATE TABLE recognitions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  company_id BIGINT NOT NULL REFERENCES companies (id),
  crebo TEXT NOT NULL,
  qualification TEXT NOT NULL,
  level TEXT,
  track TEXT,
  valid_until DATE
);
CREATE INDEX recognitions_by_company ON recognitions (company_id);
CREATE INDEX recognitions_by_crebo ON recognitions (crebo, company_id);

CREATE TABLE contacts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  company_id BIGINT NOT NULL REFERENCES companies (id),
  name TEXT NOT NULL,
  job TEXT NOT NULL,
  email TEXT,
  email_key TEXT,
  phone TEXT,
  lang TEXT NOT NULL,
  ground TEXT NOT NULL,
  ground_proof TEXT NOT NULL,
  ground_on DATE,
  opted_out_at TIMESTAMP,
  left_on DATE,
  last_spoken_at TIMESTAMP,
  notes TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX contacts_by_company ON contacts (company_id, id);
CREATE INDEX contacts_by_email ON contacts (email_key, site_id);

CREATE TABLE openings (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  company_id BIGINT NOT NULL REFERENCES companies (id),
  role TEXT NOT NULL,
  levels TEXT NOT NULL,
  tracks TEXT NOT NULL,
  starts_on DATE,
  ends_on DATE,
  days_per_week INTEGER,
  notes TEXT NOT NULL,
  state TEXT NOT NULL,
  places_offered INTEGER NOT NULL,
  places_left INTEGER NOT NULL,
  last_confirmed_on DATE NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX openings_by_company ON openings (company_id, id);
CREATE INDEX openings_by_site ON openings (site_id, state, last_confirmed_on, id);

-- Append-only: every change of places, with who or which message it came from.
CREATE TABLE place_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  opening_id BIGINT NOT NULL REFERENCES openings (id),
  at TIMESTAMP NOT NULL,
  kind TEXT NOT NULL,
  places INTEGER NOT NULL,
  user_id BIGINT REFERENCES users (id),
  incoming_id BIGINT,
  placement_id BIGINT,
  reason TEXT NOT NULL
);
CREATE INDEX place_events_by_opening ON place_events (opening_id, id);

CREATE TABLE moments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  company_id BIGINT REFERENCES companies (id),
  contact_id BIGINT REFERENCES contacts (id),
  placement_id BIGINT,
  kind TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  summary TEXT NOT NULL,
  outcome TEXT,
  user_id BIGINT REFERENCES users (id),
  outgoing_id BIGINT,
  incoming_id BIGINT,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX moments_by_company ON moments (company_id, site_id, at, id);
CREATE INDEX moments_by_placement ON moments (placement_id, at, id);
CREATE INDEX moments_by_outgoing ON moments (outgoing_id);
CREATE INDEX moments_by_incoming ON moments (incoming_id);

CREATE TABLE tasks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  company_id BIGINT REFERENCES companies (id),
  contact_id BIGINT REFERENCES contacts (id),
  placement_id BIGINT,
  checkin_id BIGINT,
  incoming_id BIGINT,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  due_on DATE NOT NULL,
  owner_id BIGINT REFERENCES users (id),
  created_by BIGINT REFERENCES users (id),
  created_at TIMESTAMP NOT NULL,
  done_at TIMESTAMP,
  done_by BIGINT REFERENCES users (id)
);
CREATE INDEX tasks_by_due ON tasks (site_id, done_at, due_on, id);
CREATE INDEX tasks_by_company ON tasks (company_id, due_on, id);
CREATE INDEX tasks_by_checkin ON tasks (checkin_id);

CREATE TABLE import_rows (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  import_id BIGINT NOT NULL REFERENCES imports (id),
  number INTEGER NOT NULL,
  cells TEXT NOT NULL,
  verdict TEXT,
  note TEXT NOT NULL,
  company_id BIGINT REFERENCES companies (id),
  applied_at TIMESTAMP,
  UNIQUE (import_id, number)
);
CREATE INDEX import_rows_by_verdict ON import_rows (import_id, verdict, number);
CREATE INDEX import_rows_by_company ON import_rows (company_id);
