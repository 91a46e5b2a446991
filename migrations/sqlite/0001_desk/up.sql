-- Sites, users and what they did.

CREATE TABLE sites (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  desk_name TEXT NOT NULL,
  postal_address TEXT NOT NULL,
  phone TEXT,
  region TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
);

CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  lang TEXT NOT NULL,
  theme TEXT NOT NULL,
  single_keys BOOLEAN NOT NULL,
  password_hash TEXT,
  active BOOLEAN NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL
);

CREATE TABLE user_sites (
  user_id BIGINT NOT NULL REFERENCES users (id),
  site_id BIGINT NOT NULL REFERENCES sites (id),
  PRIMARY KEY (user_id, site_id)
);

CREATE TABLE sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  token_hash TEXT NOT NULL UNIQUE,
  user_id BIGINT NOT NULL REFERENCES users (id),
  csrf TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  seen_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Single-purpose tokens (sign-in link, invitation, password reset); only their hash is kept.
CREATE TABLE tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  purpose TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  user_id BIGINT NOT NULL REFERENCES users (id),
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP
);
CREATE INDEX tokens_by_end ON tokens (expires_at);

CREATE TABLE throttles (
  throttle_key TEXT NOT NULL PRIMARY KEY,
  failures INTEGER NOT NULL,
  since TIMESTAMP NOT NULL
);

-- Append-only.
CREATE TABLE audit_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TIMESTAMP NOT NULL,
  site_id BIGINT REFERENCES sites (id),
  user_id BIGINT REFERENCES users (id),
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  subject_id BIGINT,
  detail TEXT NOT NULL
);
CREATE INDEX audit_by_site ON audit_events (site_id, id);
CREATE INDEX audit_by_subject ON audit_events (subject, subject_id, id);
