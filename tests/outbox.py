"""Who was told what by e-mail."""

from models import Enrollment, Member, OutgoingEmail


async def told(person: Member | Enrollment) -> list[str]:
    """The templates of the e-mails that are promised to somebody, oldest first."""
    member = person.member if isinstance(person, Enrollment) else person
    emails = OutgoingEmail.filter(reader_id=member.id).exclude(state="CANCELLED")
    return [it.template for it in await emails.order_by("created_at", "id")]
