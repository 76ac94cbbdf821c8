-- Mutations that clients may send again: the key of each, what it led to, and how it was answered.

CREATE TABLE idempotency_key (
    member_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    request_hash TEXT NOT NULL,
    outcome TEXT, -- there as soon as the row can be seen: it is committed with what was done
    answer TEXT, -- the first that was ready, for all who ask
    PRIMARY KEY (member_id, key)
);
CREATE INDEX idempotency_key_by_age ON idempotency_key (created_at);
