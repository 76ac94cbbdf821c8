"""The program: its texts, its rules, its vocabulary."""

import strawberry

import models
from resolvers import program
from schema.fields import asks, query, said, shows
from schema.nodes import Node
from schema.scalars import LanguageTag


@shows(models.Topic)
class Topic(Node):
    id: strawberry.ID = said("Opaque, globally unique id.")
    name: str = said("Display name.")
    category: str = said("Heading the topic is listed under.")
    description: str | None = said("One-sentence explanation.")
    is_archived: bool = said("Whether the topic is closed for new choices.")
    mentor_count: int | None = asks(program.mentor_count)
    mentee_count: int | None = asks(program.mentee_count)


@shows(models.Program)
class Program:
    name: str = said("Display name.")
    welcome: str = said("Introduction for the landing page, in Markdown.")
    guide: str = said(
        "How matching works, what each side does, how to pause and to part, in Markdown."
    )
    expectations: str = said("What those who enroll accept, in Markdown.")
    languages: list[LanguageTag] = asks(program.languages)
    email_languages: list[LanguageTag] = asks(program.email_languages)
    topics: list[Topic] = query(program.topics)
    max_open_requests: int = said("How many requests one member may have open at a time.")
    follow_up_after_days: int = said(
        "Days after which the sender of an unanswered request may follow up."
    )
    request_expiry_days: int = said("Days after which an unanswered request expires.")
    cool_off_days: int = said("Days after a decline before the same person may be asked again.")
    mentor_capacity: int = said("Relationships a mentor can hold at a time, unless they choose.")
    mentee_capacity: int = said("Relationships a mentee can hold at a time, unless they choose.")
    quiet_after_days: int = said(
        "Days without a mentoring session after which both are asked whether it goes on."
    )
