-- Members who want nothing to do with others. It holds both ways, whoever of the two blocked the other.

CREATE TABLE block (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    blocker_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    blocked_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    UNIQUE (blocker_id, blocked_id),
    CHECK (blocker_id <> blocked_id)
);
CREATE INDEX block_of_blocked ON block (blocked_id, blocker_id);
CREATE INDEX block_of_blocker ON block (blocker_id, created_at, id);

-- Whose doing an e-mail tells of: who has blocked them does not get it.
ALTER TABLE outgoing_email ADD COLUMN actor_id TEXT;

-- Of thanks to somebody who had blocked the author: kept for the author alone.
ALTER TABLE gratitude_note ADD COLUMN is_withheld BOOLEAN NOT NULL DEFAULT FALSE;
