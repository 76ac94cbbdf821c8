-- Who members are to an OpenID provider; and those who are on their way there or back.

CREATE TABLE external_identity (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    member_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    UNIQUE (issuer, subject)
);
CREATE INDEX external_identity_of_member ON external_identity (member_id);

CREATE TABLE sign_on (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    secret_hash TEXT NOT NULL UNIQUE,
    is_back BOOLEAN NOT NULL,
    ends_at BIGINT NOT NULL,
    issuer TEXT,
    subject TEXT,
    app_address TEXT,
    app_state TEXT,
    app_challenge TEXT,
    code_hash TEXT UNIQUE,
    member_id TEXT REFERENCES member (id) ON DELETE CASCADE,
    CHECK ((issuer IS NULL) = (subject IS NULL)),
    CHECK ((app_address IS NULL) = (app_challenge IS NULL)),
    CHECK ((code_hash IS NULL) = (member_id IS NULL))
);
CREATE INDEX sign_on_over ON sign_on (ends_at);
