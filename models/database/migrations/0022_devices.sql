-- Devices on which members have signed in: what is kept of each is a hash of its token.

CREATE TABLE device (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    member_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    last_used_at BIGINT NOT NULL
);
CREATE INDEX device_of_member ON device (member_id);
CREATE INDEX device_unused ON device (last_used_at);

ALTER TABLE sign_in ADD COLUMN device_id TEXT REFERENCES device (id) ON DELETE SET NULL;
CREATE INDEX sign_in_on_device ON sign_in (device_id) WHERE device_id IS NOT NULL;

-- Of who signs in for the first time, no device is worth a notice.
ALTER TABLE member ADD COLUMN has_signed_in BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE member SET has_signed_in = TRUE WHERE id IN (SELECT member_id FROM sign_in);
