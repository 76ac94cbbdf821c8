"""People, as others see them."""

from datetime import datetime
from typing import Annotated

import strawberry

import models
from resolvers import members, pictures
from schema.enums import choice
from schema.fields import Argument, asks, said, shows
from schema.inputs import may, takes
from schema.nodes import MutationPayload, Node, result
from schema.scalars import URL, EmailAddress, LanguageTag, TimeZone

choice(models.CareerStage)
choice(models.ContactVisibility)
choice(models.PictureSize)

SIZE = Argument(
    "size", models.PictureSize | None, "Size of a picture that was uploaded; `LARGE` by default."
)
Enrollment = Annotated["Enrollment", strawberry.lazy("schema.enrollments")]  # type: ignore[misc]


@shows(models.Member)
class Member(Node):
    id: strawberry.ID = said("Opaque, globally unique id.")
    name: str = said("Display name.")
    pronouns: str | None = said("How to refer to this person, for instance `she/her`.")
    avatar_url: URL | None = asks(pictures.avatar_url, SIZE)
    headline: str | None = said("One line about the person, such as the job title.")
    bio: str | None = said("About the person, in Markdown.")
    organization: str | None = said("Unit, company or institution.")
    location: str | None = said("City or country.")
    industry: str | None = said("Industry the person works in.")
    career_stage: models.CareerStage | None = said("Stage of the career.")
    languages: list[LanguageTag] = asks(members.languages)
    time_zone: TimeZone = said("Time zone the person lives in.")
    email: EmailAddress | None = asks(members.email)
    mentor_enrollment: Enrollment | None = asks(members.mentor_enrollment)
    mentee_enrollment: Enrollment | None = asks(members.mentee_enrollment)
    created_at: datetime = said("When the person joined.")


@takes(
    "Changes to the viewer's public side. Absent fields stay as they are; null clears.",
    clearable=(
        [
            "pronouns",
            "avatar_url",
            "headline",
            "bio",
            "organization",
            "location",
            "industry",
            "career_stage",
            "email_language",
        ]
    ),
)
class UpdateProfileInput:
    name: str | None = may("Display name.")
    pronouns: str | None = may("How to refer to this person.")
    avatar_url: str | None = may(
        "Address of a picture elsewhere, beginning with `https:`; shown unless one was uploaded."
    )
    headline: str | None = may("One line about the person.")
    bio: str | None = may("About the person, in Markdown.")
    organization: str | None = may("Unit, company or institution.")
    location: str | None = may("City or country.")
    industry: str | None = may("Industry the person works in.")
    career_stage: models.CareerStage | None = may("Stage of the career.")
    languages: list[LanguageTag] | None = may("Languages spoken, the best first; at most 10.")
    email_language: LanguageTag | None = may(
        "Language of the e-mails, one of `Program.emailLanguages`; null leaves it to the languages spoken."
    )
    time_zone: TimeZone | None = may("Time zone the person lives in.")
    contact_visibility: models.ContactVisibility | None = may("Who may see the e-mail address.")


@strawberry.type(
    description="Result of `updateProfile`; may fail with `REQUIRED`, `INVALID`, `OUT_OF_RANGE` or `TOO_LONG`."
)
class UpdateProfilePayload(MutationPayload):
    member: Member | None = result("The changed member.")
