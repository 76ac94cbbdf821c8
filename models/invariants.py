"""What holds in every program at every moment, whatever raced, was cancelled or was killed."""

from models.database import rows

_ENROLLMENT_OF_RECIPIENT = (
    "e.member_id = q.recipient_id"
    " AND e.role = CASE WHEN q.recipient_id = q.mentor_id THEN 'MENTOR' ELSE 'MENTEE' END"
)
_EVENTS = "SELECT count(*) FROM event v WHERE v.request_id = q.id AND v.kind"
_ON_THE_WAY = "('REQUEST_RECEIVED', 'REQUEST_WAITING', 'FOLLOW_UP_DUE', 'FOLLOW_UP_RECEIVED')"
_TOLD = "CASE q.state WHEN 'PENDING' THEN 0 WHEN 'EXPIRED' THEN 2 ELSE 1 END"
_EMAILS = "SELECT count(*) FROM outgoing_email m WHERE m.about_id = q.id AND m.template"

_VIOLATIONS = {
    "places taken are running relationships, and no more than there are": """
        SELECT e.id FROM enrollment e
        WHERE e.places_taken > e.capacity OR e.places_taken <> (
            SELECT count(*) FROM mentoring_relationship r WHERE r.state = 'ACTIVE'
            AND CASE WHEN e.role = 'MENTOR' THEN r.mentor_id ELSE r.mentee_id END = e.member_id)
    """,
    "an accepted request began one relationship, and no other request any": """
        SELECT q.id FROM mentoring_request q
        LEFT JOIN mentoring_relationship r ON r.request_id = q.id
        GROUP BY q.id, q.state
        HAVING count(r.id) <> CASE WHEN q.state = 'ACCEPTED' THEN 1 ELSE 0 END
    """,
    "a request has one event of being sent, and of what became of it one for each who is told": f"""
        SELECT q.id FROM mentoring_request q
        WHERE ({_EVENTS} = 'REQUEST_RECEIVED') <> 1
           OR ({_EVENTS} NOT IN {_ON_THE_WAY}) <> {_TOLD}
           OR ({_EVENTS} = 'REQUEST_' || q.state) <> {_TOLD}
    """,
    "what the clock says of a waiting request, it says once, and notes it": f"""
        SELECT q.id FROM mentoring_request q
        WHERE ({_EVENTS} = 'REQUEST_WAITING') <> CASE WHEN q.reminded_at IS NULL THEN 0 ELSE 1 END
           OR ({_EVENTS} = 'FOLLOW_UP_DUE') <> CASE WHEN q.suggested_at IS NULL THEN 0 ELSE 1 END
           OR ({_EVENTS} = 'FOLLOW_UP_RECEIVED')
              <> CASE WHEN q.follow_up_sent_at IS NULL THEN 0 ELSE 1 END
    """,
    "a completed relationship has one event that says so": """
        SELECT r.id FROM mentoring_relationship r
        LEFT JOIN event v ON v.relationship_id = r.id AND v.kind = 'RELATIONSHIP_COMPLETED'
        GROUP BY r.id, r.state
        HAVING count(v.id) <> CASE WHEN r.state = 'COMPLETED' THEN 1 ELSE 0 END
    """,
    "every version of an agreement is confirmed by who proposed it, and told to the partner once": """
        SELECT r.id FROM mentoring_relationship r
        WHERE EXISTS (SELECT 1 FROM agreement a WHERE a.relationship_id = r.id
            AND CASE WHEN a.proposed_by_id = r.mentor_id
                     THEN a.mentor_confirmed_at ELSE a.mentee_confirmed_at END IS NULL)
           OR (SELECT count(*) FROM agreement a WHERE a.relationship_id = r.id)
              <> (SELECT count(*) FROM event v WHERE v.relationship_id = r.id
                  AND v.kind = 'AGREEMENT_PROPOSED')
           OR (SELECT count(*) FROM agreement a WHERE a.relationship_id = r.id
               AND a.mentor_confirmed_at IS NOT NULL AND a.mentee_confirmed_at IS NOT NULL)
              <> (SELECT count(*) FROM event v WHERE v.relationship_id = r.id
                  AND v.kind = 'AGREEMENT_CONFIRMED')
    """,
    "versions of an agreement are counted without gaps": """
        SELECT relationship_id FROM agreement
        GROUP BY relationship_id HAVING max(version) <> count(*)
    """,
    "who is to be asked on the day agreed on is asked of what counts": """
        SELECT a.id FROM agreement a JOIN agreement_ending w ON w.agreement_id = a.id
        WHERE a.ends_on IS NULL OR a.version < (
            SELECT max(b.version) FROM agreement b WHERE b.relationship_id = a.relationship_id
            AND b.mentor_confirmed_at IS NOT NULL AND b.mentee_confirmed_at IS NOT NULL)
    """,
    "goals, and the milestones of each, stand in one order, and are twenty at most": """
        SELECT relationship_id FROM goal GROUP BY relationship_id
        HAVING count(DISTINCT place) <> count(*) OR count(*) > 20
        UNION ALL SELECT goal_id FROM milestone GROUP BY goal_id
        HAVING count(DISTINCT place) <> count(*) OR count(*) > 20
    """,
    "an answer is told once, and nothing is told that did not happen": f"""
        SELECT q.id FROM mentoring_request q
        WHERE ({_EMAILS} = 'request_mailer/accepted') <> CASE q.state WHEN 'ACCEPTED' THEN 1 ELSE 0 END
           OR ({_EMAILS} = 'request_mailer/begun') <> CASE q.state WHEN 'ACCEPTED' THEN 1 ELSE 0 END
           OR ({_EMAILS} = 'request_mailer/declined') <> CASE q.state WHEN 'DECLINED' THEN 1 ELSE 0 END
           OR ({_EMAILS} = 'request_mailer/withdrawn') > CASE q.state WHEN 'WITHDRAWN' THEN 1 ELSE 0 END
           OR ({_EMAILS} = 'request_mailer/closed') > CASE q.state WHEN 'CLOSED' THEN 1 ELSE 0 END
    """,
    "no e-mail is about a request that was never sent": """
        SELECT m.id FROM outgoing_email m WHERE m.about_id LIKE 'req%'
        AND NOT EXISTS (SELECT 1 FROM mentoring_request q WHERE q.id = m.about_id)
    """,
    "the clock of a waiting request stands still while the person asked is paused": f"""
        SELECT q.id FROM mentoring_request q JOIN enrollment e ON {_ENROLLMENT_OF_RECIPIENT}
        WHERE q.state = 'PENDING' AND (e.status = 'PAUSED') <> (q.held_since IS NOT NULL)
    """,
    "no request waits for somebody who left or has no place": """
        SELECT q.id FROM mentoring_request q
        JOIN enrollment e ON (e.member_id = q.mentor_id AND e.role = 'MENTOR')
                          OR (e.member_id = q.mentee_id AND e.role = 'MENTEE')
        WHERE q.state = 'PENDING' AND (e.status = 'LEFT' OR e.places_taken >= e.capacity)
    """,
    "only who is planned to meet, in a running relationship, is reminded of it": """
        SELECT w.session_id FROM session_reminder w
        JOIN mentoring_session s ON s.id = w.session_id
        JOIN mentoring_relationship r ON r.id = s.relationship_id
        WHERE s.state <> 'PLANNED' OR r.state <> 'ACTIVE' OR w.reader_id NOT IN (r.mentor_id, r.mentee_id)
    """,
    "a change of a session has a number of its own, and one event": """
        SELECT s.id FROM mentoring_session s LEFT JOIN event v ON v.session_id = s.id
            AND v.kind IN ('SESSION_MOVED', 'SESSION_CALLED_OFF')
        JOIN mentoring_relationship r ON r.id = s.relationship_id
        WHERE r.state = 'ACTIVE'
        GROUP BY s.id, s.sequence, s.late_changes
        HAVING count(v.id) <> s.sequence OR s.late_changes > s.sequence
    """,
    "nothing waits or runs between two of whom one blocked the other": """
        SELECT b.id FROM block b JOIN mentoring_request q ON q.state = 'PENDING'
            AND b.blocker_id IN (q.mentor_id, q.mentee_id) AND b.blocked_id IN (q.mentor_id, q.mentee_id)
        UNION ALL SELECT b.id FROM block b JOIN mentoring_relationship r ON r.state = 'ACTIVE'
            AND b.blocker_id IN (r.mentor_id, r.mentee_id) AND b.blocked_id IN (r.mentor_id, r.mentee_id)
    """,
    "no request waits between partners": """
        SELECT q.id FROM mentoring_request q
        JOIN mentoring_relationship r ON r.mentor_id = q.mentor_id AND r.mentee_id = q.mentee_id
        WHERE q.state = 'PENDING' AND r.state = 'ACTIVE'
    """,
}


async def violations() -> list[str]:
    """The sentences that do not hold, with the rows that show it."""
    found = {sentence: await rows(statement) for sentence, statement in _VIOLATIONS.items()}
    return [f"not true: {sentence} {broken}" for sentence, broken in found.items() if broken]
