-- Every event gets a number, to be told of in that order. Transactions commit in another order than they take
-- numbers; before one takes its first it leaves a lock, which says that its numbers are beyond the last one taken
-- so far. Whoever reads up to there while the lock stands, and no further, skips no event that is committed later.

ALTER TABLE event ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
UPDATE event SET number = counted.place
    FROM (SELECT id, row_number() OVER (ORDER BY created_at, id) AS place FROM event) counted
    WHERE counted.id = event.id;
CREATE SEQUENCE event_number;
SELECT setval('event_number', count(*) + 1) FROM event;

CREATE FUNCTION number_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    this_transaction CONSTANT text := pg_current_xact_id()::text;
BEGIN
    IF current_setting('mentor_match.numbers_events', true) IS DISTINCT FROM this_transaction THEN
        PERFORM pg_advisory_xact_lock_shared(last_value) FROM event_number;
        PERFORM set_config('mentor_match.numbers_events', this_transaction, true);
        PERFORM pg_notify('event', ''); -- once this is committed, to wake who waits for events
    END IF;
    NEW.number := nextval('event_number');
    RETURN NEW;
END
$$;
CREATE TRIGGER event_numbered BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION number_event();

-- The last number taken, and the last up to which nothing can be committed any more. In this order, and before
-- the statement that reads the events: a transaction whose lock is gone is one whose events can be seen.
CREATE FUNCTION settled_events(OUT taken BIGINT, OUT settled BIGINT) LANGUAGE plpgsql AS $$
BEGIN
    SELECT last_value INTO taken FROM event_number;
    SELECT least(taken, min((classid::bigint << 32) | objid::bigint)) INTO settled FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 1
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
END
$$;

CREATE INDEX event_by_number ON event (number);
CREATE INDEX event_of_reader_by_number ON event (reader_id, number);
