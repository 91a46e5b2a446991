-- Schools, what was agreed with each of them, and who refers students there.

CREATE TABLE schools (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  mail_domain TEXT,
  active BOOLEAN NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL,
  UNIQUE (site_id, name)
);

-- At most one for each school: who may refer, after how many attempts, what may be told, from when until when.
CREATE TABLE agreements (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  school_id BIGINT NOT NULL UNIQUE REFERENCES schools (id),
  who_refers TEXT NOT NULL,
  own_attempts INTEGER NOT NULL,
  shares TEXT NOT NULL,
  valid_from DATE,
  valid_until DATE,
  carer TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL
);

CREATE TABLE referrers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  school_id BIGINT NOT NULL REFERENCES schools (id),
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  phone TEXT,
  lang TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL,
  UNIQUE (school_id, email_key)
);
CREATE INDEX referrers_by_address ON referrers (email_key);
