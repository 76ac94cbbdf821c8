-- The program: people, what they offer and look for, their requests and relationships, and the e-mails owed.
-- The same on SQLite and PostgreSQL. Instants are milliseconds since 1970 in UTC; choices are kept by name;
-- sets of choices are integers with one bit for each.

CREATE TABLE program (
    id TEXT PRIMARY KEY CHECK (id = 'program'),
    name TEXT NOT NULL,
    welcome TEXT NOT NULL,
    guide TEXT NOT NULL,
    expectations TEXT NOT NULL,
    follow_up_subject TEXT NOT NULL,
    follow_up_text TEXT NOT NULL,
    languages TEXT NOT NULL,
    max_open_requests INTEGER NOT NULL CHECK (max_open_requests BETWEEN 1 AND 100),
    follow_up_after_days INTEGER NOT NULL CHECK (follow_up_after_days BETWEEN 1 AND 365),
    request_expiry_days INTEGER NOT NULL CHECK (request_expiry_days BETWEEN 1 AND 365),
    cool_off_days INTEGER NOT NULL CHECK (cool_off_days BETWEEN 0 AND 365),
    mentor_capacity INTEGER NOT NULL CHECK (mentor_capacity BETWEEN 1 AND 20),
    mentee_capacity INTEGER NOT NULL CHECK (mentee_capacity BETWEEN 1 AND 20)
);

CREATE TABLE topic (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    category TEXT NOT NULL,
    description TEXT,
    place INTEGER NOT NULL,
    is_archived BOOLEAN NOT NULL
);

CREATE TABLE member (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    is_coordinator BOOLEAN NOT NULL,
    valid_until BIGINT,
    suspended_at BIGINT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    pronouns TEXT,
    avatar_url TEXT,
    headline TEXT,
    bio TEXT,
    organization TEXT,
    location TEXT,
    industry TEXT,
    career_stage TEXT,
    languages TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    contact_visibility TEXT NOT NULL CHECK (contact_visibility IN ('MEMBERS', 'PARTNERS', 'NOBODY'))
);

CREATE TABLE sign_in (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    member_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('BROWSER', 'APP')),
    token_hash TEXT NOT NULL UNIQUE,
    user_agent TEXT,
    last_used_at BIGINT NOT NULL,
    idle_ends_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX sign_in_of_member ON sign_in (member_id, created_at);

CREATE TABLE enrollment (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    member_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('MENTOR', 'MENTEE')),
    status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'PAUSED', 'LEFT')),
    return_on DATE,
    returns_at BIGINT,
    statement TEXT NOT NULL,
    channels INTEGER NOT NULL,
    frequency TEXT,
    duration_minutes INTEGER CHECK (duration_minutes BETWEEN 15 AND 240),
    availability INTEGER NOT NULL,
    free_hours BIGINT NOT NULL,
    partner_career_stages INTEGER NOT NULL,
    capacity INTEGER NOT NULL CHECK (capacity BETWEEN 1 AND 20),
    places_taken INTEGER NOT NULL CHECK (places_taken >= 0),
    usual_response_hours INTEGER CHECK (usual_response_hours >= 0),
    search_text TEXT NOT NULL,
    expectations_accepted_at BIGINT NOT NULL,
    UNIQUE (member_id, role),
    CHECK (status = 'PAUSED' OR (return_on IS NULL AND returns_at IS NULL))
);
CREATE INDEX enrollment_newest ON enrollment (role, created_at, id);
CREATE INDEX enrollment_returning ON enrollment (returns_at) WHERE returns_at IS NOT NULL;

CREATE TABLE enrollment_topic (
    enrollment_id TEXT NOT NULL REFERENCES enrollment (id) ON DELETE CASCADE,
    topic_id TEXT NOT NULL REFERENCES topic (id) ON DELETE CASCADE,
    PRIMARY KEY (enrollment_id, topic_id)
);
CREATE INDEX enrollment_topic_by_topic ON enrollment_topic (topic_id, enrollment_id);

CREATE TABLE mentoring_request (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    mentor_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    mentee_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    sender_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    recipient_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    message TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('PENDING', 'ACCEPTED', 'DECLINED', 'WITHDRAWN', 'EXPIRED', 'CLOSED')),
    reply TEXT,
    closed_at BIGINT,
    follow_up_from BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    held_since BIGINT,
    CHECK (mentor_id <> mentee_id),
    CHECK ((sender_id = mentor_id AND recipient_id = mentee_id)
        OR (sender_id = mentee_id AND recipient_id = mentor_id)),
    CHECK ((state = 'PENDING') = (closed_at IS NULL)),
    CHECK (held_since IS NULL OR state = 'PENDING')
);
CREATE UNIQUE INDEX one_waiting_request ON mentoring_request (mentor_id, mentee_id) WHERE state = 'PENDING';
CREATE INDEX mentoring_request_sent ON mentoring_request (sender_id, created_at, id);
CREATE INDEX mentoring_request_received ON mentoring_request (recipient_id, created_at, id);
CREATE INDEX mentoring_request_expiring ON mentoring_request (expires_at) WHERE state = 'PENDING' AND held_since IS NULL;

CREATE TABLE mentoring_request_topic (
    request_id TEXT NOT NULL REFERENCES mentoring_request (id) ON DELETE CASCADE,
    topic_id TEXT NOT NULL REFERENCES topic (id) ON DELETE CASCADE,
    PRIMARY KEY (request_id, topic_id)
);

CREATE TABLE mentoring_relationship (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    mentor_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    mentee_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    request_id TEXT NOT NULL UNIQUE REFERENCES mentoring_request (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('ACTIVE', 'COMPLETED')),
    outcome TEXT,
    completed_by_id TEXT REFERENCES member (id) ON DELETE SET NULL,
    completed_at BIGINT,
    CHECK (mentor_id <> mentee_id),
    CHECK ((state = 'COMPLETED') = (completed_at IS NOT NULL)),
    CHECK ((state = 'COMPLETED') = (outcome IS NOT NULL))
);
CREATE UNIQUE INDEX one_running_relationship ON mentoring_relationship (mentor_id, mentee_id) WHERE state = 'ACTIVE';
CREATE INDEX mentoring_relationship_of_mentor ON mentoring_relationship (mentor_id, state, created_at, id);
CREATE INDEX mentoring_relationship_of_mentee ON mentoring_relationship (mentee_id, state, created_at, id);

CREATE TABLE gratitude_note (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    relationship_id TEXT NOT NULL REFERENCES mentoring_relationship (id) ON DELETE CASCADE,
    author_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    is_shareable BOOLEAN NOT NULL,
    UNIQUE (relationship_id, author_id)
);

CREATE TABLE event (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    reader_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    actor_id TEXT REFERENCES member (id) ON DELETE SET NULL,
    request_id TEXT REFERENCES mentoring_request (id) ON DELETE CASCADE,
    relationship_id TEXT REFERENCES mentoring_relationship (id) ON DELETE CASCADE,
    enrollment_id TEXT REFERENCES enrollment (id) ON DELETE CASCADE,
    read_at BIGINT
);
CREATE INDEX event_of_reader ON event (reader_id, created_at, id);
CREATE INDEX event_unread ON event (reader_id) WHERE read_at IS NULL;

CREATE TABLE notification_preference (
    member_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    by_email BOOLEAN NOT NULL,
    PRIMARY KEY (member_id, kind)
);

CREATE TABLE outgoing_email (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    dedupe_key TEXT NOT NULL UNIQUE,
    reader_id TEXT REFERENCES member (id) ON DELETE SET NULL,
    template TEXT NOT NULL,
    facts TEXT NOT NULL,
    about_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('QUEUED', 'SENDING', 'SENT', 'DEAD', 'CANCELLED')),
    phase TEXT NOT NULL CHECK (phase IN ('WAITING', 'CLAIMED', 'DATA')),
    due_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    lease_until BIGINT,
    lease_token TEXT,
    address TEXT,
    subject TEXT,
    mime TEXT,
    last_error TEXT,
    sent_at BIGINT,
    CHECK ((state = 'SENDING') = (lease_token IS NOT NULL))
);
CREATE INDEX outgoing_email_due ON outgoing_email (due_at, id) WHERE state = 'QUEUED';
CREATE INDEX outgoing_email_leased ON outgoing_email (lease_until) WHERE state = 'SENDING';
CREATE INDEX outgoing_email_about ON outgoing_email (about_id, created_at, id);
