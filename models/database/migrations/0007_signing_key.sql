-- Which keys sign the links in e-mails: fingerprints, so that a process with another key notices.

CREATE TABLE signing_key (
    fingerprint TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    is_first BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX one_first_key ON signing_key (is_first) WHERE is_first;
