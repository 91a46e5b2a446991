-- What a student seeks, and since when; and the rankings that were shown, with all that they were made of.

ALTER TABLE students ADD COLUMN available_from DATE;
ALTER TABLE students ADD COLUMN available_until DATE;
ALTER TABLE students ADD COLUMN days_per_week INTEGER;
ALTER TABLE students ADD COLUMN hours_per_week INTEGER;
ALTER TABLE students ADD COLUMN home_pc4 TEXT;
ALTER TABLE students ADD COLUMN travel_minutes INTEGER;
ALTER TABLE students ADD COLUMN travel_mode TEXT;
ALTER TABLE students ADD COLUMN role_sought TEXT;
ALTER TABLE students ADD COLUMN learning_wish TEXT;
ALTER TABLE students ADD COLUMN looking_since DATE;

-- Nothing changes a row; those of two years ago are forgotten.
CREATE TABLE matchings (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  user_id BIGINT REFERENCES users (id),
  at TIMESTAMP NOT NULL,
  subject TEXT NOT NULL,
  subject_id BIGINT NOT NULL,
  record TEXT NOT NULL
);
CREATE INDEX matchings_by_subject ON matchings (site_id, subject, subject_id, id);
