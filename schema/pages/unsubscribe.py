"""Stopping e-mails of some kinds from one of them, without signing in; and getting them again.

Mail programs send the form by themselves where their user says so (RFC 8058); they have no cookie,
and come from anywhere. Opening the page changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from models import EmailFrequency, EventKind, Member, NotificationPreference, Wish
from models.database import transaction
from models.signatures import Purpose, Signatures
from resolvers import events
from schema.body import Unacceptable
from schema.pages.form import Form, form_of
from schema.pages.page import page
from settings import Settings

STOPPABLE = [it for it in EventKind if it.is_emailed and not it.is_essential]


@dataclass(frozen=True)
class Subscription:
    """Kinds of e-mails that a link lets somebody stop."""

    reader: Member
    kinds: Sequence[EventKind]

    async def frequency(self) -> EmailFrequency | None:
        """How soon they come; None if that differs."""
        chosen = await NotificationPreference.of(self.reader)
        [found, *others] = {it.frequency for it in chosen if it.kind in self.kinds}
        return None if others else found

    async def change(self, kinds: Sequence[EventKind], frequency: EmailFrequency) -> None:
        """Have e-mails of these kinds come so."""
        wishes = [Wish(it, frequency) for it in kinds]
        await transaction(lambda: events.choose(self.reader, wishes))


async def unsubscribe(request: Request) -> Response:
    """Show what can be stopped; or stop it, or have it come again, as the form says."""
    subscription = await _meant(request)
    if request.method != "POST":
        return await _shown(subscription)
    await _change(subscription, await form_of(request))
    return await _shown(subscription, is_changed=True)


async def _meant(request: Request) -> Subscription:
    settings: Settings = request.app.state.settings
    words = Signatures(settings.keys).read(Purpose.UNSUBSCRIBE, request.path_params["token"])
    id, *names = words or [""]
    reader = await events.reader(id)
    kinds = [it for it in STOPPABLE if it.name in names]
    if reader is None or not kinds:
        raise Unacceptable(404, "This link leads nowhere.")
    return Subscription(reader, kinds)


async def _change(subscription: Subscription, form: Form) -> None:
    if "everything" in form:
        await subscription.change(STOPPABLE, EmailFrequency.NEVER)
    elif form.get("List-Unsubscribe") == "One-Click":
        await subscription.change(subscription.kinds, EmailFrequency.NEVER)
    elif frequency := EmailFrequency.__members__.get(form.get("frequency", "")):
        await subscription.change(subscription.kinds, frequency)
    else:
        raise Unacceptable(400, "Nothing was chosen.")


async def _shown(subscription: Subscription, *, is_changed: bool = False) -> Response:
    frequency = await subscription.frequency()
    return await page(
        "unsubscribe",
        reader=subscription.reader,
        kinds=[it.name for it in subscription.kinds],
        frequency=frequency and frequency.name,
        is_changed=is_changed,
    )
