-- E-mails that hurry and such that can wait, that are asked again whether they are still called for, and addresses
-- that nothing more is sent to.

ALTER TABLE outgoing_email
    ADD COLUMN urgency TEXT NOT NULL DEFAULT 'NORMAL' CHECK (urgency IN ('URGENT', 'NORMAL', 'BULK')),
    ADD COLUMN kind TEXT,
    ADD COLUMN only_while TEXT,
    ADD COLUMN abandoned INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN refused_at BIGINT,
    ADD COLUMN reported_at BIGINT;
ALTER TABLE outgoing_email DROP CONSTRAINT outgoing_email_state_check;
ALTER TABLE outgoing_email ADD CONSTRAINT outgoing_email_state_check
    CHECK (state IN ('QUEUED', 'SENDING', 'SENT', 'DEAD', 'CANCELLED', 'SUPPRESSED'));

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

-- Workers in other processes are told once a promise is committed.
CREATE FUNCTION tell_of_outgoing_email() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('outgoing_email', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER outgoing_email_promised AFTER INSERT ON outgoing_email
    FOR EACH STATEMENT EXECUTE FUNCTION tell_of_outgoing_email();
