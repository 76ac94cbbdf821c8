-- What the clock owes: one row each, which is taken once, together with what it leads to.

-- Reminding the person asked, and telling the sender that following up is in order: from
-- `follow_up_from` on, and not before the morning of their day. Without a morning, at once.
ALTER TABLE mentoring_request ADD COLUMN remind_at BIGINT;
ALTER TABLE mentoring_request ADD COLUMN reminded_at BIGINT;
ALTER TABLE mentoring_request ADD COLUMN suggest_at BIGINT;
ALTER TABLE mentoring_request ADD COLUMN suggested_at BIGINT;
CREATE INDEX mentoring_request_reminding ON mentoring_request (follow_up_from)
    WHERE state = 'PENDING' AND held_since IS NULL AND reminded_at IS NULL;
CREATE INDEX mentoring_request_suggesting ON mentoring_request (follow_up_from)
    WHERE state = 'PENDING' AND held_since IS NULL AND suggested_at IS NULL;

-- The follow-up that the program sends for the sender, once.
ALTER TABLE mentoring_request ADD COLUMN follow_up_sent_at BIGINT;

-- Welcoming back who returned on the day they named: in the morning of that day.
ALTER TABLE enrollment ADD COLUMN returned_on DATE;
ALTER TABLE enrollment ADD COLUMN welcome_at BIGINT;
CREATE INDEX enrollment_welcoming ON enrollment (welcome_at) WHERE welcome_at IS NOT NULL;

-- Since when partners know of the pause: those who were told of it are told of its end.
ALTER TABLE enrollment ADD COLUMN pause_told_at BIGINT;
