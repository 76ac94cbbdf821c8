-- E-mails that came out of a backup and may have been sent since: HELD, until somebody decides. And one row that is
-- written to see whether the database can be.

-- SQLite changes no CHECK. This one gets wider, so that no row has to be looked at: what stands in the file may stay, and
-- only its description changes (https://www.sqlite.org/lang_altertable.html#otheralter). That others read it
-- anew, they are told by the index.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''SUPPRESSED''', '''SUPPRESSED'', ''HELD''')
WHERE type = 'table' AND name = 'outgoing_email';
PRAGMA writable_schema = RESET;

CREATE INDEX outgoing_email_kept_back ON outgoing_email (created_at, id) WHERE state = 'HELD';

CREATE TABLE heartbeat (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at BIGINT NOT NULL
);
