-- Settled e-mails are forgotten: when it was last seen that one is still needed, and which to look at next.

ALTER TABLE outgoing_email ADD COLUMN kept_at BIGINT;
CREATE INDEX outgoing_email_settled ON outgoing_email (COALESCE(kept_at, due_at))
    WHERE state IN ('SENT', 'CANCELLED', 'SUPPRESSED', 'DEAD');
