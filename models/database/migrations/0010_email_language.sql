-- The language that a member chose for e-mails; without it, one of those spoken.

ALTER TABLE member ADD COLUMN email_language TEXT;
