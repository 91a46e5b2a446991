-- Schools, what was agreed with each of them, who refers students there, and their referrals; guidance of students.

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

-- The school that a student was referred by last.
ALTER TABLE students ADD COLUMN school_id BIGINT REFERENCES schools (id);

-- A school calls the desk in for one student. Those of the broken rules that a coordinator let it through for stand with the reason.
CREATE TABLE referrals (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  school_id BIGINT NOT NULL REFERENCES schools (id),
  student_id BIGINT NOT NULL REFERENCES students (id),
  referrer_id BIGINT REFERENCES referrers (id),
  referrer_name TEXT NOT NULL,
  referrer_email TEXT,
  referred_on DATE NOT NULL,
  attempts INTEGER NOT NULL,
  tried TEXT NOT NULL,
  failed_why TEXT NOT NULL,
  sought TEXT NOT NULL,
  shares TEXT NOT NULL,
  state TEXT NOT NULL,
  refusal TEXT NOT NULL,
  broken TEXT NOT NULL,
  let_through TEXT NOT NULL,
  let_through_by BIGINT REFERENCES users (id),
  user_id BIGINT REFERENCES users (id),
  version INTEGER NOT NULL,
  touched_at TIMESTAMP NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX referrals_by_state ON referrals (site_id, state, referred_on, id);
CREATE INDEX referrals_by_student ON referrals (student_id, id);
CREATE INDEX referrals_by_referrer ON referrals (referrer_id, id);

-- Talks, calls and messages with a student; a step that was agreed on may have become a task.
CREATE TABLE guidance (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  student_id BIGINT NOT NULL REFERENCES students (id),
  user_id BIGINT REFERENCES users (id),
  kind TEXT NOT NULL,
  held_on DATE NOT NULL,
  goal TEXT NOT NULL,
  said TEXT NOT NULL,
  next_step TEXT NOT NULL,
  task_id BIGINT REFERENCES tasks (id),
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX guidance_by_student ON guidance (student_id, held_on, id);

CREATE TABLE applications (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  student_id BIGINT NOT NULL REFERENCES students (id),
  company_id BIGINT REFERENCES companies (id),
  company_name TEXT NOT NULL,
  applied_on DATE NOT NULL,
  outcome TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX applications_by_student ON applications (student_id, applied_on, id);
CREATE INDEX applications_by_company ON applications (company_id);

-- Whether a student said to be a minor, and whom to call then; there is no birth date.
ALTER TABLE students ADD COLUMN minor BOOLEAN;
ALTER TABLE students ADD COLUMN guardian_name TEXT;
ALTER TABLE students ADD COLUMN guardian_phone TEXT;

-- What a broker learns: trainings and coaching of their own.
CREATE TABLE learning (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id BIGINT NOT NULL REFERENCES users (id),
  kind TEXT NOT NULL,
  held_on DATE NOT NULL,
  topic TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX learning_by_user ON learning (user_id, held_on, id);

-- A school's list of students to refer. A row keeps its cells until it was applied; the list is forgotten after a month.
CREATE TABLE referral_lists (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  school_id BIGINT NOT NULL REFERENCES schools (id),
  referrer_id BIGINT REFERENCES referrers (id),
  user_id BIGINT REFERENCES users (id),
  file_name TEXT NOT NULL,
  header TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX referral_lists_by_site ON referral_lists (site_id, id);

CREATE TABLE referral_list_rows (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  list_id BIGINT NOT NULL REFERENCES referral_lists (id),
  number INTEGER NOT NULL,
  cells TEXT NOT NULL,
  referral_id BIGINT REFERENCES referrals (id),
  made_id BIGINT REFERENCES students (id)
);
CREATE INDEX referral_list_rows_by_list ON referral_list_rows (list_id, number, id);

-- The schools' own door: when a referrer was invited, the one code of an address, and the sessions that codes opened.
ALTER TABLE referrers ADD COLUMN invited_at TIMESTAMP;

CREATE TABLE school_codes (
  email_key TEXT PRIMARY KEY,
  code_hash TEXT NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  tries INTEGER NOT NULL
);

CREATE TABLE school_sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  token_hash TEXT NOT NULL UNIQUE,
  email_key TEXT NOT NULL,
  csrf TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  seen_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL
);
