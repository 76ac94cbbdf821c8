-- Which keys sign the links in e-mails: fingerprints, so that a process with another key notices.

CREATE TABLE signing_key (
    fingerprint TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL
);
