-- How soon a kind of event is told by e-mail, and e-mails that are held until one digest tells of them all.

-- What the release before goes on to write counts: where `by_email` is false, it is NEVER, whatever stands here.
ALTER TABLE notification_preference ADD COLUMN frequency TEXT NOT NULL DEFAULT 'AT_ONCE'
    CHECK (frequency IN ('AT_ONCE', 'DAILY', 'WEEKLY', 'NEVER'));
UPDATE notification_preference SET frequency = 'NEVER' WHERE NOT by_email;

-- Of an e-mail that waits for the digest at `due_at`; and afterwards the id of that digest.
ALTER TABLE outgoing_email ADD COLUMN is_held BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE outgoing_email ADD COLUMN digest_id TEXT;
CREATE INDEX outgoing_email_held ON outgoing_email (due_at, reader_id) WHERE is_held AND state = 'QUEUED';
CREATE INDEX outgoing_email_told ON outgoing_email (digest_id) WHERE digest_id IS NOT NULL;
