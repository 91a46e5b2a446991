-- A company is asked whether its places still hold: a row per opening and round. A round is named by the day on which the company
-- last said that they do, so that nothing asks twice about the same silence.

CREATE TABLE rounds (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  company_id BIGINT NOT NULL REFERENCES companies (id),
  opening_id BIGINT NOT NULL REFERENCES openings (id),
  confirmed_on DATE NOT NULL,
  state TEXT NOT NULL,
  asked_on DATE NOT NULL,
  reminded_on DATE,
  heard_on DATE,
  called_on DATE,
  next_on DATE NOT NULL,
  token TEXT NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  asked_id BIGINT REFERENCES outgoing (id),
  reminder_id BIGINT REFERENCES outgoing (id),
  task_id BIGINT REFERENCES tasks (id),
  places INTEGER,
  answered_at TIMESTAMP,
  version INTEGER NOT NULL,
  UNIQUE (opening_id, confirmed_on)
);
CREATE UNIQUE INDEX rounds_by_token ON rounds (token);
CREATE INDEX rounds_by_next ON rounds (site_id, state, next_on, company_id);
CREATE INDEX rounds_by_company ON rounds (company_id, id);
CREATE INDEX rounds_by_asked ON rounds (asked_id);
CREATE INDEX rounds_by_reminder ON rounds (reminder_id);
