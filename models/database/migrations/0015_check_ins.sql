-- Check-ins and reviews with the answers of both, the question whether a quiet relationship goes on,
-- and who is still to be told of either in the morning of their day.

CREATE TABLE check_in (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    relationship_id TEXT NOT NULL REFERENCES mentoring_relationship (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('CHECK_IN', 'REVIEW')),
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    closed_at BIGINT,
    CHECK (starts_at < ends_at),
    UNIQUE (relationship_id, ends_at)
);
CREATE UNIQUE INDEX one_open_check_in ON check_in (relationship_id) WHERE closed_at IS NULL;

CREATE TABLE check_in_answer (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    check_in_id TEXT NOT NULL REFERENCES check_in (id) ON DELETE CASCADE,
    author_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    rating TEXT NOT NULL,
    went_well TEXT NOT NULL,
    next_steps TEXT NOT NULL,
    wants_help BOOLEAN NOT NULL,
    UNIQUE (check_in_id, author_id)
);
CREATE INDEX check_in_answer_of_author ON check_in_answer (author_id);

-- What was due before `check_in_at` has been taken; without it, the relationship is older than check-ins.
ALTER TABLE mentoring_relationship ADD COLUMN check_in_at BIGINT;
CREATE INDEX mentoring_relationship_checking_in ON mentoring_relationship (check_in_at) WHERE state = 'ACTIVE';

-- Since when nothing was seen of the two; likewise.
ALTER TABLE mentoring_relationship ADD COLUMN quiet_since BIGINT;
ALTER TABLE mentoring_relationship ADD COLUMN quiet_asked_at BIGINT;
CREATE INDEX mentoring_relationship_quiet ON mentoring_relationship (quiet_since) WHERE state = 'ACTIVE';
ALTER TABLE program ADD COLUMN quiet_after_days INTEGER NOT NULL DEFAULT 60
    CHECK (quiet_after_days BETWEEN 7 AND 365);

-- One row for each person who is still to be told: it goes when they are.
CREATE TABLE relationship_notice (
    relationship_id TEXT NOT NULL REFERENCES mentoring_relationship (id) ON DELETE CASCADE,
    reader_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    check_in_id TEXT REFERENCES check_in (id) ON DELETE CASCADE,
    since BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    PRIMARY KEY (relationship_id, reader_id, kind)
);
CREATE INDEX relationship_notice_due ON relationship_notice (due_at);
CREATE INDEX relationship_notice_of_reader ON relationship_notice (reader_id);
CREATE INDEX relationship_notice_of_check_in ON relationship_notice (check_in_id);

ALTER TABLE event ADD COLUMN check_in_id TEXT REFERENCES check_in (id) ON DELETE CASCADE;
