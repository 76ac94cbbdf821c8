-- Mentoring sessions, notes on them, reminders of them, and the calendar feeds that show them.

CREATE TABLE mentoring_session (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    relationship_id TEXT NOT NULL REFERENCES mentoring_relationship (id) ON DELETE CASCADE,
    planned_by_id TEXT REFERENCES member (id) ON DELETE SET NULL,
    state TEXT NOT NULL CHECK (state IN ('PLANNED', 'HELD', 'CALLED_OFF')),
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    channel TEXT NOT NULL,
    location TEXT NOT NULL,
    agenda TEXT NOT NULL,
    notes TEXT NOT NULL,
    version INTEGER NOT NULL, -- of agenda and notes
    sequence INTEGER NOT NULL, -- of what calendars are told
    late_changes INTEGER NOT NULL,
    CHECK (ends_at > starts_at)
);
CREATE INDEX mentoring_session_of_relationship ON mentoring_session (relationship_id, starts_at, id);
CREATE INDEX mentoring_session_coming ON mentoring_session (relationship_id, ends_at) WHERE state = 'PLANNED';

-- What only their author sees.
CREATE TABLE private_note (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    session_id TEXT NOT NULL REFERENCES mentoring_session (id) ON DELETE CASCADE,
    author_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    UNIQUE (session_id, author_id)
);

-- One row for each person who is still to be reminded: it goes when they are.
CREATE TABLE session_reminder (
    session_id TEXT NOT NULL REFERENCES mentoring_session (id) ON DELETE CASCADE,
    reader_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    due_at BIGINT NOT NULL,
    PRIMARY KEY (session_id, reader_id)
);
CREATE INDEX session_reminder_due ON session_reminder (due_at);
CREATE INDEX session_reminder_of_reader ON session_reminder (reader_id);

-- The address of a member's calendar: what is kept of it is a hash of its token.
CREATE TABLE calendar_feed (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    member_id TEXT NOT NULL UNIQUE REFERENCES member (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE
);

ALTER TABLE event ADD COLUMN session_id TEXT REFERENCES mentoring_session (id) ON DELETE CASCADE;
