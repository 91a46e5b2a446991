-- Students put forward for openings, without a name until both sides said yes; and what of a student left the desk.

CREATE TABLE proposals (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  student_id BIGINT NOT NULL REFERENCES students (id),
  company_id BIGINT NOT NULL REFERENCES companies (id),
  opening_id BIGINT NOT NULL REFERENCES openings (id),
  contact_id BIGINT REFERENCES contacts (id),
  broker_id BIGINT REFERENCES users (id),
  outgoing_id BIGINT REFERENCES outgoing (id),
  release_id BIGINT REFERENCES outgoing (id),
  placement_id BIGINT REFERENCES placements (id),
  state TEXT NOT NULL,
  deadline DATE NOT NULL,
  answered_at TIMESTAMP,
  employer_agreed_on DATE,
  student_agreed_on DATE,
  released_at TIMESTAMP,
  meets_on DATE,
  meets_at TEXT NOT NULL,
  reason TEXT,
  note TEXT NOT NULL,
  closed_at TIMESTAMP,
  version INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX proposals_by_site ON proposals (site_id, state, deadline, id);
CREATE INDEX proposals_by_student ON proposals (student_id, id);
CREATE INDEX proposals_by_opening ON proposals (opening_id, id);
CREATE INDEX proposals_by_company ON proposals (company_id, id);
CREATE INDEX proposals_by_mail ON proposals (outgoing_id);
CREATE INDEX proposals_by_release ON proposals (release_id);

-- The register: nothing changes or removes a row.
CREATE TABLE disclosures (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  at TIMESTAMP NOT NULL,
  user_id BIGINT REFERENCES users (id),
  student_id BIGINT NOT NULL REFERENCES students (id),
  company_id BIGINT REFERENCES companies (id),
  receiver TEXT NOT NULL,
  purpose TEXT NOT NULL,
  what TEXT NOT NULL,
  outgoing_id BIGINT REFERENCES outgoing (id)
);
CREATE INDEX disclosures_by_site ON disclosures (site_id, id);
CREATE INDEX disclosures_by_student ON disclosures (student_id, id);
