"""Answering a request from the e-mail that tells of it, without signing in.

Opening the page changes nothing, because mail programs and their scanners open links. The link is
good for this one request, and shows no more than the e-mail that it came with; how to reach the
partner is shown to who says yes, and not to who opens the link later.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from models import MentoringRequest, Reason, Refusal, RequestAnswer, RequestState, clock, text
from models.database import transaction
from models.signatures import Purpose, Signatures
from resolvers import requests
from schema.body import Unacceptable
from schema.pages.form import Form, form_of
from schema.pages.page import page, typed
from settings import Settings

AGAIN = timedelta(minutes=10)  # in which a form that is sent twice is thanked for twice

_STATUSES = {Reason.TOO_LONG: 422, Reason.REQUIRED: 422, Reason.INVALID: 422}
_ANSWERED = {
    RequestAnswer.ACCEPT: RequestState.ACCEPTED,
    RequestAnswer.DECLINE: RequestState.DECLINED,
}


@dataclass(frozen=True)
class Asked:
    """Whom a link lets answer, and what."""

    request_id: str
    recipient_id: str

    async def request(self) -> MentoringRequest:
        """The request, with its people. Raises Unacceptable if it cannot be shown to its reader."""
        found = await requests.asked(self.request_id, of=self.recipient_id)
        if found is None:
            raise _unknown()
        return found


async def answer(request: Request) -> Response:
    """Show the request with a form, or what became of it; or answer it as the form says."""
    asked = _asked(request)
    if request.method != "POST":
        return await _shown(await asked.request())
    if request.headers.get("sec-fetch-site") == "cross-site":
        raise Unacceptable(403, "This form was sent by a page of somebody else.")
    await asked.request()  # of strangers no form is read
    return await _taken(asked, await form_of(request))


def _asked(request: Request) -> Asked:
    settings: Settings = request.app.state.settings
    words = Signatures(settings.keys).read(Purpose.ANSWER, request.path_params["token"])
    if words is None or len(words) != 2:
        raise _unknown()
    return Asked(*words)


def _unknown() -> Unacceptable:
    # The same for what never was and what is no more, so that nothing can be found out.
    return Unacceptable(404, "This link leads nowhere.")


async def _taken(asked: Asked, form: Form) -> Response:
    """Answer, and say what that led to; or why it did not, with the words that were to go with it."""
    given, reply = _chosen(form), form.get("reply", "").replace("\r\n", "\n")
    try:
        await transaction(lambda: _answer(asked, given, reply))
    except Refusal as no:
        return await _refused(await asked.request(), given, reply, no)
    return await _thanked(await asked.request())


def _chosen(form: Form) -> RequestAnswer | None:
    return RequestAnswer.__members__.get(form.get("answer", ""))


async def _answer(asked: Asked, given: RequestAnswer | None, reply: str) -> None:
    if given is None:
        raise Refusal(Reason.REQUIRED, field=("answer",))
    if not text.is_storable(reply):
        raise Refusal(Reason.INVALID, field=("reply",))
    request = await asked.request()
    await requests.settle(request, given, by=request.recipient, reply=reply)


async def _refused(
    request: MentoringRequest, given: RequestAnswer | None, reply: str, no: Refusal
) -> Response:
    if _is_sent_twice(request, given, reply):
        return await _thanked(request)
    return await _shown(request, _STATUSES.get(no.reason, 409), no.reason, reply)


def _is_sent_twice(request: MentoringRequest, given: RequestAnswer | None, reply: str) -> bool:
    """Whether this is the form that has just answered it; who comes later learns no more than is due."""
    if given is None or request.state is not _ANSWERED[given] or request.closed_at is None:
        return False
    is_same = reply.strip() == (request.reply or "")
    return is_same and clock.now() - request.closed_at < AGAIN


async def _shown(
    request: MentoringRequest, status: int = 200, problem: Reason | None = None, reply: str = ""
) -> Response:
    """The request with a form for the answer, or what became of it."""
    if not request.is_answerable:
        return await page("settled", status, **_about(request))
    return await page(
        "request",
        status,
        **_about(request),
        headline=request.sender.headline,
        message=request.message,
        topics=[it.name for it in await request.topics()],
        problem=problem and problem.name,
        words=typed(reply),
        most=text.PARAGRAPHS,
    )


async def _thanked(request: MentoringRequest) -> Response:
    """What the answer led to, and how to go on from there."""
    partner = request.sender
    return await page(
        "answered",
        **_about(request),
        reply=request.reply,
        contact=partner.email if partner.shows_address_to_partners else None,
        is_reachable=request.recipient.shows_address_to_partners,
    )


def _about(request: MentoringRequest) -> dict[str, Any]:
    is_overdue = request.is_pending and not request.is_answerable
    return {
        "reader": request.recipient,
        "partner": request.sender.name,
        "partner_role": request.recipient_role.other.name.lower(),
        "state": RequestState.EXPIRED.name if is_overdue else request.state.name,
        "answer_by": None if request.is_clock_standing_still else _day(request, request.expires_at),
        "settled_on": request.closed_at and _day(request, request.closed_at),
    }


def _day(request: MentoringRequest, instant: datetime) -> str:
    """The calendar day that it is then for the person asked."""
    return instant.astimezone(request.recipient.clock_zone).date().isoformat()
