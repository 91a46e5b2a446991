-- Students, placements and aftercare.

CREATE TABLE students (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  code TEXT NOT NULL,
  first_name TEXT NOT NULL,
  programme TEXT NOT NULL,
  crebo TEXT NOT NULL,
  level TEXT,
  track TEXT,
  email TEXT,
  phone TEXT,
  lang TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL,
  UNIQUE (site_id, code)
);
CREATE INDEX students_by_site ON students (site_id, id);

CREATE TABLE aftercare_plans (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  name TEXT NOT NULL,
  is_default BOOLEAN NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX aftercare_plans_by_site ON aftercare_plans (site_id, id);

CREATE TABLE plan_steps (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  plan_id BIGINT NOT NULL REFERENCES aftercare_plans (id),
  number INTEGER NOT NULL,
  name_nl TEXT NOT NULL,
  name_en TEXT NOT NULL,
  anchor TEXT NOT NULL,
  offset_days INTEGER NOT NULL,
  addressee TEXT NOT NULL,
  channel TEXT NOT NULL,
  UNIQUE (plan_id, number)
);

CREATE TABLE placements (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  student_id BIGINT NOT NULL REFERENCES students (id),
  company_id BIGINT NOT NULL REFERENCES companies (id),
  opening_id BIGINT NOT NULL REFERENCES openings (id),
  mentor_id BIGINT REFERENCES contacts (id),
  plan_id BIGINT NOT NULL REFERENCES aftercare_plans (id),
  broker_id BIGINT REFERENCES users (id),
  starts_on DATE NOT NULL,
  ends_on DATE NOT NULL,
  state TEXT NOT NULL,
  agreement_signed_on DATE,
  recognition_note TEXT NOT NULL,
  end_reason TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX placements_by_site ON placements (site_id, state, ends_on, id);
CREATE INDEX placements_by_company ON placements (company_id, id);
CREATE INDEX placements_by_student ON placements (student_id, id);
CREATE INDEX placements_by_opening ON placements (opening_id);
CREATE INDEX placements_by_day ON placements (state, starts_on);

CREATE TABLE checkins (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  placement_id BIGINT NOT NULL REFERENCES placements (id),
  number INTEGER NOT NULL,
  name_nl TEXT NOT NULL,
  name_en TEXT NOT NULL,
  due_on DATE NOT NULL,
  moved_from DATE,
  moved_reason TEXT NOT NULL,
  addressee TEXT NOT NULL,
  channel TEXT NOT NULL,
  state TEXT NOT NULL,
  next_on DATE NOT NULL,
  asked_on DATE,
  reminded_on DATE,
  score INTEGER,
  mood TEXT,
  answer TEXT NOT NULL,
  incoming_id BIGINT REFERENCES incoming (id),
  closed_at TIMESTAMP,
  closed_by BIGINT REFERENCES users (id),
  closed_from TEXT,
  reason TEXT NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (placement_id, number)
);
CREATE INDEX checkins_by_next ON checkins (state, next_on, id);
CREATE INDEX checkins_by_site ON checkins (site_id, state, due_on, id);
