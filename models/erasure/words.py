"""What is removed with a member, table by table; what stays is nobody's secret, or the partner's too."""

from models import clock
from models.database import rows

_OF_THEIRS = (
    "IN (SELECT id FROM mentoring_relationship WHERE mentor_id = :member OR mentee_id = :member)"
)
_STATEMENTS = (
    "DELETE FROM sign_in WHERE member_id = :member RETURNING id",
    "DELETE FROM device WHERE member_id = :member RETURNING id",
    "DELETE FROM external_identity WHERE member_id = :member RETURNING id",
    "DELETE FROM sign_on WHERE member_id = :member RETURNING id",
    "DELETE FROM password_reset WHERE member_id = :member RETURNING id",
    "DELETE FROM calendar_feed WHERE member_id = :member RETURNING id",
    "DELETE FROM notification_preference WHERE member_id = :member RETURNING kind",
    "DELETE FROM event WHERE reader_id = :member RETURNING id",
    # What they wrote to the other, or about working with them: it was theirs to say, and is to take back.
    "DELETE FROM private_note WHERE author_id = :member RETURNING id",
    "DELETE FROM check_in_answer WHERE author_id = :member RETURNING id",
    "DELETE FROM gratitude_note WHERE author_id = :member RETURNING id",
    "UPDATE mentoring_request SET message = '' WHERE sender_id = :member RETURNING id",
    "UPDATE mentoring_request SET reply = NULL WHERE recipient_id = :member RETURNING id",
    # Whom they had blocked, and who had blocked them: nobody finds them any more.
    "DELETE FROM block WHERE blocker_id = :member OR blocked_id = :member RETURNING id",
    # Coordinators finish what they were told of, for the safety of others; nobody is named as having told it.
    "DELETE FROM concern WHERE state = 'CLOSED' AND (reporter_id = :member OR member_id = :member)"
    " RETURNING id",
    "UPDATE concern SET reporter_id = NULL WHERE reporter_id = :member RETURNING id",
    # Where the two met may be where one of them lives.
    f"UPDATE mentoring_session SET location = '' WHERE relationship_id {_OF_THEIRS} RETURNING id",
    # Whom to remind of what.
    "DELETE FROM session_reminder WHERE reader_id = :member RETURNING session_id",
    "DELETE FROM relationship_notice WHERE reader_id = :member RETURNING kind",
    "DELETE FROM agreement_ending WHERE reader_id = :member RETURNING agreement_id",
    # Of an enrollment remains that there was one: relationships and reports refer to it.
    "DELETE FROM enrollment_topic WHERE enrollment_id IN"
    " (SELECT id FROM enrollment WHERE member_id = :member) RETURNING topic_id",
    """
    UPDATE enrollment SET status = 'LEFT', return_on = NULL, returns_at = NULL, returned_on = NULL,
        welcome_at = NULL, pause_told_at = NULL, statement = '', channels = 0, frequency = NULL,
        duration_minutes = NULL, availability = 0, free_hours = 0, partner_career_stages = 0,
        usual_response_hours = NULL, search_text = '', updated_at = :now
    WHERE member_id = :member RETURNING id
    """,
    # The sweep removes the files, in all their sizes, and then the rows.
    "UPDATE picture SET removal_due_at = :now WHERE member_id = :member RETURNING id",
    # Answers that others were given may name them; they are made again where somebody asks.
    "DELETE FROM idempotency_key WHERE member_id = :member RETURNING key",
    "UPDATE idempotency_key SET answer = NULL WHERE answer IS NOT NULL RETURNING key",
)


async def remove(member_id: str) -> None:
    """Remove all that a member wrote for themselves or to one other, and all they chose."""
    for statement in _STATEMENTS:
        await rows(statement, member=member_id, now=clock.now())
