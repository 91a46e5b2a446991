DROP INDEX incoming_by_thread;
DROP INDEX outgoing_by_checkin;
DROP INDEX outgoing_on_wire;
DROP INDEX outgoing_taken;
DROP INDEX outgoing_open;
CREATE INDEX outgoing_by_due ON outgoing (mailbox_id, state, due_at, id);
CREATE INDEX outgoing_by_state ON outgoing (state, sending_at);
CREATE INDEX outgoing_by_checkin ON outgoing (checkin_id);
