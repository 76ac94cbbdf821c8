-- What members report to the coordinators alone, and what these make of it.

CREATE TABLE concern (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    reporter_id TEXT REFERENCES member (id) ON DELETE SET NULL,
    member_id TEXT REFERENCES member (id) ON DELETE SET NULL,
    subject_id TEXT, -- of a request, a relationship or a session
    text TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('OPEN', 'LOOKED_AT', 'CLOSED')),
    note TEXT NOT NULL,
    changed_by_id TEXT REFERENCES member (id) ON DELETE SET NULL,
    version INTEGER NOT NULL
);
CREATE INDEX concern_of_reporter ON concern (reporter_id, created_at, id);
CREATE INDEX concern_of_member ON concern (member_id);
CREATE INDEX concern_newest ON concern (created_at, id);
