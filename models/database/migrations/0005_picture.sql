-- Pictures that members upload. A row is there before its files are, so that none of these is forgotten.

CREATE TABLE picture (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    member_id TEXT REFERENCES member (id) ON DELETE SET NULL,
    removal_due_at BIGINT
);
CREATE INDEX picture_of_member ON picture (member_id);
CREATE INDEX picture_due ON picture (removal_due_at);

-- The one that is shown, so that showing people takes no look into the other table.
ALTER TABLE member ADD COLUMN picture_id TEXT;
