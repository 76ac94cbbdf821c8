-- E-mails that came out of a backup and may have been sent since: HELD, until somebody decides. And one row that is
-- written to see whether the database can be.

ALTER TABLE outgoing_email DROP CONSTRAINT outgoing_email_state_check;
ALTER TABLE outgoing_email ADD CONSTRAINT outgoing_email_state_check
    CHECK (state IN ('QUEUED', 'SENDING', 'SENT', 'DEAD', 'CANCELLED', 'SUPPRESSED', 'HELD'));

CREATE INDEX outgoing_email_kept_back ON outgoing_email (created_at, id) WHERE state = 'HELD';

CREATE TABLE heartbeat (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at BIGINT NOT NULL
);
