"""The program: its texts, its rules, its vocabulary."""

from context import Context, Info
from models import Program, Role, Topic, email_language
from models.search import enrolled_counts


async def program(info: Info) -> Program:
    """The program: its rules and the vocabulary for forms and filters. Readable without signing in."""
    return await current(info.context)


async def languages(program: Program, info: Info) -> list[str]:
    """Languages members can choose."""
    return program.language_tags


async def email_languages(program: Program, info: Info) -> list[str]:
    """Languages members can have their e-mails in."""
    return list(email_language.OFFERED)


async def topics(info: Info) -> list[Topic]:
    """Topics members can choose, in display order; archived ones last."""
    return await Topic.all().order_by("is_archived", "place")


async def mentor_count(topic: Topic, info: Info) -> int | None:
    """Mentors now offering it and taking requests; null when nobody is signed in."""
    is_somebody = info.context.viewer_or_none is not None
    return await info.context.batched(_mentor_counts, topic.id) if is_somebody else None


async def mentee_count(topic: Topic, info: Info) -> int | None:
    """Mentees now looking for it; null when nobody is signed in."""
    is_somebody = info.context.viewer_or_none is not None
    return await info.context.batched(_mentee_counts, topic.id) if is_somebody else None


async def current(context: Context) -> Program:
    """The program, read once for the whole response."""
    return await context.batched(_programs, "program")


async def at_present() -> Program:
    """The program, for pages and calendars, which belong to no response."""
    return await Program.current()


async def _programs(context: Context, names: list[str]) -> list[Program]:
    return [await at_present()] * len(names)


async def _mentor_counts(context: Context, topic_ids: list[str]) -> list[int | None]:
    counts = await enrolled_counts(Role.MENTOR, context.viewer, takes_requests=True)
    return [counts.get(it, 0) for it in topic_ids]


async def _mentee_counts(context: Context, topic_ids: list[str]) -> list[int | None]:
    counts = await enrolled_counts(Role.MENTEE, context.viewer, takes_requests=False)
    return [counts.get(it, 0) for it in topic_ids]
