-- Every event gets a number, greater than that of all committed before it, to be told of in that order.
-- One transaction writes at a time here, so a counter is enough; numbers of deleted events are not used again.

ALTER TABLE event ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
UPDATE event SET number = counted.place
    FROM (SELECT id, row_number() OVER (ORDER BY created_at, id) AS place FROM event) counted
    WHERE counted.id = event.id;

CREATE TABLE event_number (
    last_value BIGINT NOT NULL
);
INSERT INTO event_number SELECT count(*) FROM event;

CREATE TRIGGER event_numbered AFTER INSERT ON event BEGIN
    UPDATE event_number SET last_value = last_value + 1;
    UPDATE event SET number = (SELECT last_value FROM event_number) WHERE id = NEW.id;
END;

CREATE INDEX event_by_number ON event (number);
CREATE INDEX event_of_reader_by_number ON event (reader_id, number);
