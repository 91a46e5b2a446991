-- The inbox: raw mail first, then what was read in it and what a person decided.

CREATE TABLE cursors (
  mailbox_id BIGINT NOT NULL REFERENCES mailboxes (id),
  folder TEXT NOT NULL,
  uid_validity BIGINT NOT NULL,
  last_uid BIGINT NOT NULL,
  PRIMARY KEY (mailbox_id, folder)
);

CREATE TABLE incoming (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  mailbox_id BIGINT NOT NULL REFERENCES mailboxes (id),
  source_key TEXT NOT NULL,
  folder TEXT NOT NULL,
  message_id TEXT,
  content_hash TEXT NOT NULL,
  size INTEGER NOT NULL,
  oversize BOOLEAN NOT NULL,
  received_at TIMESTAMP NOT NULL,
  sent_at TIMESTAMP,
  from_address TEXT,
  from_name TEXT NOT NULL,
  subject TEXT NOT NULL,
  routing TEXT NOT NULL,
  decision TEXT NOT NULL,
  kind TEXT,
  intent TEXT,
  reading TEXT,
  hint TEXT NOT NULL,
  outgoing_id BIGINT REFERENCES outgoing (id),
  company_id BIGINT REFERENCES companies (id),
  contact_id BIGINT REFERENCES contacts (id),
  attempts INTEGER NOT NULL,
  retry_at TIMESTAMP,
  error TEXT NOT NULL,
  decided_by BIGINT REFERENCES users (id),
  decided_at TIMESTAMP,
  version INTEGER NOT NULL,
  UNIQUE (mailbox_id, source_key)
);
CREATE INDEX incoming_by_routing ON incoming (routing, id);
CREATE INDEX incoming_by_decision ON incoming (site_id, decision, received_at, id);
CREATE INDEX incoming_by_message ON incoming (mailbox_id, message_id);
CREATE INDEX incoming_by_hash ON incoming (mailbox_id, content_hash);
CREATE INDEX incoming_by_company ON incoming (company_id, id);
CREATE INDEX incoming_by_outgoing ON incoming (outgoing_id);

-- Compressed (zlib) bytes as they came.
CREATE TABLE incoming_raws (
  incoming_id BIGINT NOT NULL PRIMARY KEY REFERENCES incoming (id),
  raw BLOB NOT NULL
);

CREATE TABLE suggestions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  incoming_id BIGINT NOT NULL REFERENCES incoming (id),
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  payload TEXT NOT NULL,
  evidence TEXT NOT NULL,
  certainty INTEGER NOT NULL,
  result TEXT NOT NULL,
  decided_by BIGINT REFERENCES users (id),
  decided_at TIMESTAMP,
  version INTEGER NOT NULL,
  UNIQUE (incoming_id, number)
);
CREATE INDEX suggestions_by_state ON suggestions (site_id, state, id);
