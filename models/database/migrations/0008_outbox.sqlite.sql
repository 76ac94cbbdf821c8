-- E-mails that hurry and such that can wait, that are asked again whether they are still called for, and addresses
-- that nothing more is sent to. SQLite changes no CHECK: the table is made anew.

CREATE TABLE new_outgoing_email (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    dedupe_key TEXT NOT NULL UNIQUE,
    reader_id TEXT REFERENCES member (id) ON DELETE SET NULL,
    template TEXT NOT NULL,
    facts TEXT NOT NULL,
    about_id TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('QUEUED', 'SENDING', 'SENT', 'DEAD', 'CANCELLED', 'SUPPRESSED')),
    phase TEXT NOT NULL CHECK (phase IN ('WAITING', 'CLAIMED', 'DATA')),
    due_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    lease_until BIGINT,
    lease_token TEXT,
    address TEXT,
    subject TEXT,
    mime TEXT,
    last_error TEXT,
    sent_at BIGINT,
    urgency TEXT NOT NULL DEFAULT 'NORMAL' CHECK (urgency IN ('URGENT', 'NORMAL', 'BULK')),
    kind TEXT,
    only_while TEXT,
    abandoned INTEGER NOT NULL DEFAULT 0,
    refused_at BIGINT,
    reported_at BIGINT,
    CHECK ((state = 'SENDING') = (lease_token IS NOT NULL))
);
INSERT INTO new_outgoing_email (
    id, created_at, dedupe_key, reader_id, template, facts, about_id, state, phase, due_at, attempts,
    lease_until, lease_token, address, subject, mime, last_error, sent_at
) SELECT
    id, created_at, dedupe_key, reader_id, template, facts, about_id, state, phase, due_at, attempts,
    lease_until, lease_token, address, subject, mime, last_error, sent_at
FROM outgoing_email;
DROP TABLE outgoing_email;
ALTER TABLE new_outgoing_email RENAME TO outgoing_email;

CREATE INDEX outgoing_email_due ON outgoing_email (due_at, id) WHERE state = 'QUEUED';
CREATE INDEX outgoing_email_leased ON outgoing_email (lease_until) WHERE state = 'SENDING';
CREATE INDEX outgoing_email_about ON outgoing_email (about_id, created_at, id);
CREATE INDEX outgoing_email_next ON outgoing_email (urgency, due_at, id) WHERE state = 'QUEUED' AND abandoned = 0;
CREATE INDEX outgoing_email_suspect ON outgoing_email (due_at, id) WHERE state = 'QUEUED' AND abandoned > 0;
CREATE INDEX outgoing_email_refused ON outgoing_email (address, refused_at) WHERE refused_at IS NOT NULL;
CREATE INDEX outgoing_email_unreported ON outgoing_email (refused_at)
    WHERE refused_at IS NOT NULL AND reported_at IS NULL;

CREATE TABLE email_suppression (
    address_hash TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
