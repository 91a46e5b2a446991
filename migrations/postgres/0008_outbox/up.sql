-- A message changes its state four times on its way out, so few indexes follow the state, and those hold only what is open:
-- what was sent long ago costs nothing. A query of what is open says so: `state <> 'sent'`.

DROP INDEX outgoing_by_due;
DROP INDEX outgoing_by_state;
DROP INDEX outgoing_by_checkin;
CREATE INDEX outgoing_open ON outgoing (state, mailbox_id, due_at, id) WHERE state <> 'sent';
CREATE INDEX outgoing_taken ON outgoing (mailbox_id) WHERE claimed_by IS NOT NULL;
CREATE INDEX outgoing_on_wire ON outgoing (mailbox_id, sending_at) WHERE sending_at IS NOT NULL;
CREATE INDEX outgoing_by_checkin ON outgoing (checkin_id) WHERE checkin_id IS NOT NULL;

-- A letter that answers another one of a site is looked for by its Message-ID.
CREATE INDEX incoming_by_thread ON incoming (site_id, message_id);
