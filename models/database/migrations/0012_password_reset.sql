-- Links in e-mails with which members set a new password: what is kept of each is a hash of its token.

CREATE TABLE password_reset (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    member_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    ends_at BIGINT NOT NULL
);
CREATE INDEX password_reset_of_member ON password_reset (member_id);
