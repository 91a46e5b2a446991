-- Templates, mailboxes, campaigns, and the outbox.

CREATE TABLE templates (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL,
  archived_at TIMESTAMP
);
CREATE INDEX templates_by_site ON templates (site_id, id);

CREATE TABLE template_texts (
  template_id BIGINT NOT NULL REFERENCES templates (id),
  lang TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  html TEXT NOT NULL,
  PRIMARY KEY (template_id, lang)
);

-- secret is sealed with the key file; out_url and in_url never hold a password; confined: set from a page, so public
-- addresses only.
CREATE TABLE mailboxes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  kind TEXT NOT NULL,
  user_id BIGINT REFERENCES users (id),
  name TEXT NOT NULL,
  from_name TEXT NOT NULL,
  address TEXT NOT NULL,
  out_url TEXT NOT NULL,
  in_url TEXT NOT NULL,
  secret TEXT,
  ca_file TEXT,
  confined BOOLEAN NOT NULL,
  start_on DATE NOT NULL,
  connections INTEGER NOT NULL,
  rate_per_minute INTEGER NOT NULL,
  paused_at TIMESTAMP,
  pause_reason TEXT NOT NULL,
  retry_at TIMESTAMP,
  failures INTEGER NOT NULL,
  fetched_at TIMESTAMP,
  fetch_error TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL,
  archived_at TIMESTAMP
);
CREATE INDEX mailboxes_by_site ON mailboxes (site_id, id);

CREATE TABLE campaigns (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  mailbox_id BIGINT NOT NULL REFERENCES mailboxes (id),
  audience TEXT NOT NULL,
  send_window TEXT NOT NULL,
  pause_reason TEXT NOT NULL,
  content_refusals INTEGER NOT NULL,
  created_by BIGINT REFERENCES users (id),
  created_at TIMESTAMP NOT NULL,
  started_at TIMESTAMP,
  ended_at TIMESTAMP,
  version INTEGER NOT NULL
);
CREATE INDEX campaigns_by_site ON campaigns (site_id, id);
CREATE INDEX campaigns_by_state ON campaigns (state, id);

CREATE TABLE campaign_steps (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
  number INTEGER NOT NULL,
  template_id BIGINT NOT NULL REFERENCES templates (id),
  wait_days INTEGER NOT NULL,
  UNIQUE (campaign_id, number)
);

CREATE TABLE recipients (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
  company_id BIGINT NOT NULL REFERENCES companies (id),
  contact_id BIGINT NOT NULL REFERENCES contacts (id),
  address_key TEXT NOT NULL,
  state TEXT NOT NULL,
  step INTEGER NOT NULL,
  reason TEXT NOT NULL,
  due_at TIMESTAMP NOT NULL,
  changed_at TIMESTAMP NOT NULL,
  UNIQUE (campaign_id, address_key)
);
CREATE INDEX recipients_by_due ON recipients (state, due_at, id);
CREATE INDEX recipients_by_campaign ON recipients (campaign_id, state, due_at, id);
CREATE INDEX recipients_by_contact ON recipients (contact_id, state);
CREATE INDEX recipients_by_company ON recipients (company_id, state);

-- Contact pressure: one row per company over the whole installation.
CREATE TABLE pressures (
  company_key TEXT NOT NULL PRIMARY KEY,
  campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
  site_id BIGINT NOT NULL REFERENCES sites (id),
  reserved_at TIMESTAMP NOT NULL,
  until TIMESTAMP NOT NULL
);

CREATE TABLE outgoing (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  mailbox_id BIGINT NOT NULL REFERENCES mailboxes (id),
  purpose TEXT NOT NULL,
  state TEXT NOT NULL,
  campaign_id BIGINT REFERENCES campaigns (id),
  step INTEGER,
  recipient_id BIGINT REFERENCES recipients (id),
  company_id BIGINT REFERENCES companies (id),
  contact_id BIGINT REFERENCES contacts (id),
  placement_id BIGINT,
  checkin_id BIGINT,
  user_id BIGINT REFERENCES users (id),
  address TEXT NOT NULL,
  address_key TEXT NOT NULL,
  to_name TEXT NOT NULL,
  subject TEXT NOT NULL,
  message_id TEXT NOT NULL UNIQUE,
  token TEXT NOT NULL UNIQUE,
  in_reply_to TEXT,
  reference_ids TEXT NOT NULL,
  opt_out BOOLEAN NOT NULL,
  queued_at TIMESTAMP NOT NULL,
  due_at TIMESTAMP NOT NULL,
  attempts INTEGER NOT NULL,
  claimed_by TEXT,
  sending_at TIMESTAMP,
  settled_at TIMESTAMP,
  last_answer TEXT NOT NULL,
  UNIQUE (campaign_id, step, address_key)
);
CREATE INDEX outgoing_by_due ON outgoing (mailbox_id, state, due_at, id);
CREATE INDEX outgoing_by_state ON outgoing (state, sending_at);
CREATE INDEX outgoing_by_campaign ON outgoing (campaign_id, state);
CREATE INDEX outgoing_by_company ON outgoing (company_id, id);
CREATE INDEX outgoing_by_address ON outgoing (address_key, id);
CREATE INDEX outgoing_by_checkin ON outgoing (checkin_id);

CREATE TABLE outgoing_bodies (
  outgoing_id BIGINT NOT NULL PRIMARY KEY REFERENCES outgoing (id),
  text TEXT NOT NULL,
  html TEXT NOT NULL
);

CREATE TABLE suppressions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  reason TEXT NOT NULL,
  since TIMESTAMP NOT NULL,
  site_id BIGINT REFERENCES sites (id),
  outgoing_id BIGINT REFERENCES outgoing (id),
  incoming_id BIGINT,
  user_id BIGINT REFERENCES users (id),
  lifted_at TIMESTAMP,
  lifted_by BIGINT REFERENCES users (id),
  lift_reason TEXT NOT NULL
);
CREATE UNIQUE INDEX suppressions_in_force ON suppressions (value, kind) WHERE lifted_at IS NULL;

CREATE TABLE soft_bounces (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  address_key TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  outgoing_id BIGINT NOT NULL REFERENCES outgoing (id)
);
CREATE INDEX soft_bounces_by_address ON soft_bounces (address_key, at);
