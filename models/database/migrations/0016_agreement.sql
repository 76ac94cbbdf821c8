-- What two people agree on, version by version.

CREATE TABLE agreement (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    relationship_id TEXT NOT NULL REFERENCES mentoring_relationship (id) ON DELETE CASCADE,
    version INTEGER NOT NULL CHECK (version > 0),
    proposed_by_id TEXT REFERENCES member (id) ON DELETE SET NULL,
    frequency TEXT NOT NULL,
    duration_minutes INTEGER NOT NULL CHECK (duration_minutes BETWEEN 15 AND 240),
    channel TEXT NOT NULL,
    expectations TEXT NOT NULL,
    ends_on DATE,
    notice_hours INTEGER NOT NULL CHECK (notice_hours BETWEEN 0 AND 168),
    check_ins TEXT NOT NULL CHECK (check_ins IN ('MONTHLY', 'OFF')),
    reviews TEXT NOT NULL CHECK (reviews IN ('QUARTERLY', 'OFF')),
    mentor_confirmed_at BIGINT,
    mentee_confirmed_at BIGINT,
    UNIQUE (relationship_id, version)
);

-- One row for each person who is still to be asked what becomes of it on the day agreed on: it goes when they are.
CREATE TABLE agreement_ending (
    agreement_id TEXT NOT NULL REFERENCES agreement (id) ON DELETE CASCADE,
    reader_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    due_at BIGINT NOT NULL,
    PRIMARY KEY (agreement_id, reader_id)
);
CREATE INDEX agreement_ending_due ON agreement_ending (due_at);
CREATE INDEX agreement_ending_of_reader ON agreement_ending (reader_id);
