-- The clockwork: who holds what, what ran, what runs next.

CREATE TABLE leases (
  name TEXT NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  until TIMESTAMP NOT NULL
);

CREATE TABLE tick_plans (
  name TEXT NOT NULL PRIMARY KEY,
  next_at TIMESTAMP NOT NULL
);

CREATE TABLE tick_runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tick TEXT NOT NULL,
  holder TEXT NOT NULL,
  started_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP,
  tally TEXT NOT NULL,
  error TEXT NOT NULL
);
CREATE INDEX tick_runs_by_tick ON tick_runs (tick, id);
CREATE INDEX tick_runs_by_end ON tick_runs (ended_at);

-- One digest per user and day, whatever restarts.
CREATE TABLE digests (
  user_id BIGINT NOT NULL REFERENCES users (id),
  day DATE NOT NULL,
  outgoing_id BIGINT REFERENCES outgoing (id),
  PRIMARY KEY (user_id, day)
);
