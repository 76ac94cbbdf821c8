"""What one request knows: who is asking, and what it has already loaded."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil
from typing import Any, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from models import Budget, IdempotencyKey, Member, SignIn, SignInKind
from models.database import Busy
from models.live import Follower
from models.record import Record

R = TypeVar("R", bound=Record)
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class CannotAnswer(Exception):
    """A request that as a whole cannot be answered; clients read its code and its sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.extensions = {"code": code}  # graphql-core copies these into the response


class SignedOut(CannotAnswer):
    """Only members who are signed in may do this."""

    def __init__(self) -> None:
        super().__init__("UNAUTHENTICATED", "Please sign in first.")


class Forbidden(CannotAnswer):
    """The viewer may not do this, whatever they put in."""

    def __init__(self, message: str) -> None:
        super().__init__("FORBIDDEN", message)


class BadInput(CannotAnswer):
    """An argument has a value that cannot be meant."""

    def __init__(self, message: str) -> None:
        super().__init__("BAD_USER_INPUT", message)


class AskedTooMuch(CannotAnswer):
    """The budget of who asks is exhausted; in so many seconds it will do."""

    def __init__(self, wait: timedelta, why: str = "Too much was asked in a short time") -> None:
        self.seconds = ceil(wait.total_seconds())
        super().__init__("RATE_LIMITED", f"{why}; ask again in {self.seconds} s.")


class TookTooLong(CannotAnswer):
    """The deadline is over."""

    def __init__(self, message: str) -> None:
        super().__init__("TIMEOUT", message)


class UsedKey(CannotAnswer):
    """The `Idempotency-Key` of the request stands for another one."""

    def __init__(self) -> None:
        message = "This `Idempotency-Key` was sent with another request; each needs its own."
        super().__init__("IDEMPOTENCY_KEY_REUSED", message)


class KeyInUse(CannotAnswer):
    """What the request repeats is being done at this moment."""

    def __init__(self) -> None:
        message = "This is being done at the moment; ask again in a second what came of it."
        super().__init__("IDEMPOTENCY_KEY_IN_USE", message)


@dataclass
class Client:
    """The program that asks, and the token it shall keep from now on."""

    kind: SignInKind = SignInKind.APP
    user_agent: str = ""
    address: str = "unknown"  # of the network that it asks from
    keeps_cookies: bool = True  # of ours; what browsers do not for a page of another site
    devices: Sequence[str] = ()  # tokens by which members know the device that it runs on
    cookie: str | None = field(default=None)  # a new token to keep; "" to forget the old one
    device_cookie: Sequence[str] = ()  # tokens to be known by from now on


@dataclass
class Live:
    """What a subscription knows of its place in the events, and how long one of them may take."""

    follower: Follower
    in_time: Callable[
        [Awaitable[Any], "Context"], Awaitable[Any]
    ]  # what it leads to, or TookTooLong
    last_event_id: str | None = None  # the client has it


class Context:
    """One per request; passed to every resolver as `info.context`."""

    def __init__(
        self,
        sign_in: SignIn | None = None,
        client: Client | None = None,
        public_url: str = "",
        budget: Budget | None = None,
        live: Live | None = None,
        keys: Sequence[str] = (),
    ) -> None:
        self.sign_in = sign_in
        self.client = client or Client()
        self.public_url = public_url  # where members reach us, with nothing behind it
        self.budget = budget  # who has none pays nothing
        self.live = live  # of a subscription
        self.keys = keys  # that are not in the database: for what it must not tell
        self.key: IdempotencyKey | None = None  # under which a mutation is done once
        self.is_changing = False  # whether the operation is a mutation, once that is known
        self.cost = 0  # of the operation, or of each event of a subscription, once that is known
        self.remaining: int | None = None  # of the budget, after what was paid last
        self._loaders: dict[Any, DataLoader[Any, Any]] = {}

    @property
    def kind(self) -> str:
        """What is asked for: a query, a mutation, or an event of a subscription."""
        if self.live:
            return "event"
        return "mutation" if self.is_changing else "query"

    @property
    def viewer_or_none(self) -> Member | None:
        """The signed-in member, if somebody is signed in."""
        return self.sign_in.member if self.sign_in else None

    @property
    def viewer(self) -> Member:
        """The signed-in member. Raises SignedOut."""
        return self.current_sign_in.member

    @property
    def coordinator(self) -> Member:
        """The signed-in member, who runs the program. Raises SignedOut, Forbidden."""
        if not self.viewer.is_coordinator:
            raise Forbidden("This is for the coordinators of the program.")
        return self.viewer

    @property
    def current_sign_in(self) -> SignIn:
        """The sign-in of this request. Raises SignedOut."""
        if self.sign_in is None:
            raise SignedOut
        return self.sign_in

    def signed_in(self, sign_in: SignIn, token: str) -> None:
        """Go on with a new token, as the member whose it is; a browser keeps it."""
        self.sign_in = sign_in
        if sign_in.kind is SignInKind.BROWSER:
            self.client.cookie = token

    def known_by(self, token: str | None) -> None:
        """Have a browser keep the tokens that it is known by, with a new one, also when signed out."""
        if self.client.kind is SignInKind.BROWSER:
            new = [token] if token else []
            self.client.device_cookie = (*new, *self.client.devices)

    def signed_out(self) -> None:
        """Go on as nobody; a browser forgets the token."""
        self.sign_in = None
        if self.client.kind is SignInKind.BROWSER:
            self.client.cookie = ""

    async def pay(self, points: int) -> None:
        """Have who asks pay for something. Raises Exhausted."""
        if self.budget:
            # Where the database is too busy to note it, being answered counts for more.
            with suppress(Busy):
                self.remaining = await self.budget.spend(points)

    async def load(self, model: type[R], id: str) -> R | None:
        """The row with this id as the viewer sees it, batched with all others of its model
        that are wanted meanwhile. Raises SignedOut."""

        row: R | None = await self._by_id(model).load(id)
        return row

    def know(self, row: Record) -> None:
        """Give this row where the one with its id is wanted, without loading it anew."""
        self._by_id(type(row)).prime(row.id, row)

    async def batched(self, of: Callable[["Context", list[K]], Awaitable[list[V]]], key: K) -> V:
        """What `of` gives for a key: it is called once for all keys that are wanted meanwhile."""

        async def for_all(keys: list[K]) -> list[V]:
            return await of(self, keys)

        value: V = await self._loader(of, for_all).load(key)
        return value

    def forget(self) -> None:
        """Load anew what is asked for from now on: something was changed."""
        self._loaders.clear()

    def _by_id(self, model: type[R]) -> DataLoader[str, R | None]:
        async def by_id(ids: list[str]) -> list[R | None]:
            found = await model.seen_by(self.viewer, ids)
            return [found.get(it) for it in ids]

        return self._loader(model, by_id)

    def _loader(
        self, name: Any, load: Callable[[list[Any]], Awaitable[Any]]
    ) -> DataLoader[Any, Any]:
        if name not in self._loaders:
            self._loaders[name] = DataLoader(load)
        return self._loaders[name]


Info = strawberry.Info[Context, Any]
