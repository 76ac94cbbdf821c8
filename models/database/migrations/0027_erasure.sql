-- Members who had themselves erased: when, and by which hashes the directory's list would bring them back.

ALTER TABLE member ADD COLUMN erased_at BIGINT;

CREATE TABLE erasure (
    handle_hash TEXT PRIMARY KEY, -- of a user name or an address, with a key that is not in the database
    member_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    purged_at BIGINT -- when what had been written over was gone from the files, too
);
CREATE INDEX erasure_unpurged ON erasure (created_at) WHERE purged_at IS NULL;
