"""`node` and `nodes`: refetching anything by its id, and nothing that one may not see."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from graphql import GraphQLInterfaceType, build_schema

from models import (
    CalendarFeed,
    CheckIn,
    CheckInKind,
    CompletionOutcome,
    Enrollment,
    Event,
    EventKind,
    GratitudeNote,
    Member,
    MentoringRelationship,
    ParticipationStatus,
    PrivateNote,
    SignIn,
    Topic,
    Viewer,
    clock,
)
from models.database import transaction
from models.record import Record, new_id
from schema.sdl import sdl
from tests.client import Api
from tests.factories import (
    a_block,
    a_completed_relationship,
    a_concern,
    a_coordinator,
    a_goal,
    a_member,
    a_mentee,
    a_mentor,
    a_milestone,
    a_relationship,
    a_request,
    a_session,
    a_token,
    an_agreement,
)

NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


async def bytes_of(ask: Api, by: Member, id: str) -> bytes:
    """What the response for an id says of it, byte for byte."""
    return await ask.bytes_of(NODE, as_=by, id=id)


async def a_note(relationship: MentoringRelationship) -> GratitudeNote:
    mia = relationship.mentee
    return await transaction(
        lambda: relationship.thank(by=mia, words="Thank you.", is_shareable=False)
    )


def refetchable() -> set[str]:
    """The names of all types whose objects have an id."""
    schema = build_schema(sdl())
    node = schema.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    return {it.name for it in schema.get_possible_types(node)}


async def test_every_noun_is_refetched_by_its_id_with_its_type(ask: Api) -> None:
    relationship = await a_relationship()
    session, mia = await a_session(relationship), relationship.mentee
    agreement = await an_agreement(relationship)
    goal = await a_goal(relationship)
    milestone = await a_milestone(goal)
    await transaction(lambda: relationship.complete(by=mia, outcome=CompletionOutcome.PARTED_WAYS))
    note = await a_note(relationship)
    await a_token(mia)
    await CalendarFeed.begin(mia)
    check_in = await CheckIn.create(
        relationship=relationship,
        kind=CheckInKind.CHECK_IN,
        starts_at=relationship.created_at,
        ends_at=clock.now() + timedelta(days=30),
    )
    nouns: dict[str, Record | Viewer] = {
        "Block": await a_block(mia, await a_member()),
        "CalendarFeed": await CalendarFeed.get(member_id=mia.id),
        "CheckIn": check_in,
        "Concern": await a_concern(by=mia),
        "Agreement": agreement,
        "Enrollment": await Enrollment.get(member_id=mia.id),
        "Event": await Event.get(reader_id=mia.id, kind=EventKind.REQUEST_ACCEPTED),
        "Goal": goal,
        "GratitudeNote": note,
        "Member": relationship.mentor,
        "MentoringRelationship": relationship,
        "MentoringRequest": relationship.request,
        "MentoringSession": session,
        "PrivateNote": await PrivateNote.write(session, "For me.", by=mia),
        "Milestone": milestone,
        "SignIn": await SignIn.get(member_id=mia.id),
        "Topic": await Topic.get(name="Writing"),
        "Viewer": Viewer(mia),
    }
    ids = [it.id for it in nouns.values()]

    together = (await ask(NODES, as_=mia, ids=ids))["nodes"]
    alone = [(await ask(NODE, as_=mia, id=it))["node"] for it in ids]

    assert nouns.keys() == refetchable()
    assert together == alone == [{"__typename": name, "id": it.id} for name, it in nouns.items()]


async def test_several_come_in_the_order_asked_with_null_for_what_is_not_there(ask: Api) -> None:
    ada, mia = await a_mentor(), await a_mentee()
    ids = [mia.member_id, "mem_unknown", ada.id, "", mia.member_id, ada.member_id]

    nodes = (await ask(NODES, as_=mia, ids=ids))["nodes"]

    assert [it and it["id"] for it in nodes] == [
        mia.member_id,
        None,
        ada.id,
        None,
        mia.member_id,
        ada.member_id,
    ]


async def somebodys_enrollment_while_paused() -> Record:
    return await a_mentor(noted_status=ParticipationStatus.PAUSED)


async def the_enrollment_of_somebody_who_left() -> Record:
    return await a_mentor(noted_status=ParticipationStatus.LEFT)


async def the_enrollment_of_somebody_who_lapsed() -> Record:
    return await a_mentor(person={"valid_until": clock.now() - timedelta(days=1)})


async def somebody_who_lapsed() -> Record:
    return await a_member(valid_until=clock.now() - timedelta(days=1))


async def a_mentee_though_one_is_no_mentor() -> Record:
    return await a_mentee()


async def somebodys_request() -> Record:
    return await a_request()


async def somebodys_relationship() -> Record:
    return await a_relationship()


async def somebodys_agreement() -> Record:
    return await an_agreement(await a_relationship())


async def somebodys_goal() -> Record:
    return await a_goal(await a_relationship())


async def somebodys_milestone() -> Record:
    return await a_milestone(await a_goal(await a_relationship()))


async def somebodys_thanks() -> Record:
    return await a_note(await a_completed_relationship())


async def somebodys_block_of_another() -> Record:
    return await a_block(await a_member(), await a_member())


async def somebodys_concern() -> Record:
    return await a_concern()


async def somebodys_event() -> Record:
    request = await a_request()
    return await Event.get(reader_id=request.recipient_id)


async def somebodys_sign_in() -> Record:
    member = await a_member()
    await a_token(member)
    return await SignIn.get(member_id=member.id)


@pytest.mark.parametrize(
    "hidden",
    [
        somebodys_enrollment_while_paused,
        the_enrollment_of_somebody_who_left,
        the_enrollment_of_somebody_who_lapsed,
        somebody_who_lapsed,
        a_mentee_though_one_is_no_mentor,
        somebodys_request,
        somebodys_relationship,
        somebodys_agreement,
        somebodys_goal,
        somebodys_milestone,
        somebodys_thanks,
        somebodys_concern,
        somebodys_block_of_another,
        somebodys_event,
        somebodys_sign_in,
    ],
)
async def test_what_one_may_not_see_does_not_exist(
    ask: Api, hidden: Callable[[], Awaitable[Record]]
) -> None:
    visitor, noun = await a_member(), await hidden()

    unknown = await bytes_of(ask, visitor, new_id(noun.PREFIX))

    assert unknown == b'{"data":{"node":null}'
    assert await bytes_of(ask, visitor, noun.id) == unknown


@pytest.mark.parametrize(
    "hidden",
    [
        somebodys_request,
        somebodys_agreement,
        somebodys_goal,
        somebodys_milestone,
        somebodys_thanks,
        somebodys_block_of_another,
        somebodys_event,
    ],
)
async def test_coordinators_do_not_see_what_others_write_to_each_other(
    ask: Api, hidden: Callable[[], Awaitable[Record]]
) -> None:
    coordinator, noun = await a_coordinator(), await hidden()

    assert (await ask(NODE, as_=coordinator, id=noun.id))["node"] is None


@pytest.mark.parametrize("prefix", ["enr", "req", "vwr", "xyz", "MEM", "mem_mem", ""])
async def test_an_id_under_another_prefix_does_not_exist(ask: Api, prefix: str) -> None:
    ada, visitor = await a_member(), await a_member()
    _, rest = ada.id.split("_")

    unknown = await bytes_of(ask, visitor, new_id("mem"))

    assert await bytes_of(ask, visitor, f"{prefix}_{rest}") == unknown


@pytest.mark.parametrize(
    "id", ["", "_", "mem", "mem_", "mem_%", "mem_' OR 1=1 --", "é", "mem_" + "x" * 9999]
)
async def test_what_is_no_id_does_not_exist(ask: Api, id: str) -> None:
    visitor = await a_member()

    unknown = await bytes_of(ask, visitor, new_id("mem"))

    assert await bytes_of(ask, visitor, id) == unknown


async def test_a_sign_in_that_ended_does_not_exist_any_more(ask: Api) -> None:
    ada = await a_member()
    await a_token(ada)
    sign_in = await SignIn.get(member_id=ada.id)
    await sign_in.end()

    assert (await ask(NODE, as_=ada, id=sign_in.id))["node"] is None


async def test_what_is_ones_own_is_seen_while_one_is_paused(ask: Api) -> None:
    grace = await a_mentor(noted_status=ParticipationStatus.PAUSED)

    assert (await ask(NODE, as_=grace, id=grace.id))["node"]["id"] == grace.id


async def test_a_hundred_at_once_are_enough(ask: Api) -> None:
    visitor = await a_member()

    most = await ask(NODES, as_=visitor, ids=["mem_unknown"] * 100)
    answer = await ask.answer(NODES, as_=visitor, ids=["mem_unknown"] * 101)

    [error] = answer["errors"]
    assert most["nodes"] == [None] * 100
    assert answer["data"] == {"nodes": None}
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"] == "`ids` takes at most 100 ids."


async def test_an_id_with_a_character_that_nobody_can_store_is_refused(ask: Api) -> None:
    visitor = await a_member()

    alone = await ask.answer(NODE, as_=visitor, id="mem_\0")
    together = await ask.answer(NODES, as_=visitor, ids=["mem_\0"])

    assert [it["errors"][0]["extensions"]["code"] for it in (alone, together)] == [
        "BAD_USER_INPUT",
        "BAD_USER_INPUT",
    ]


async def test_nothing_is_refetched_without_signing_in(ask: Api) -> None:
    ada = await a_mentor()

    alone = await ask.answer(NODE, id=ada.id)
    together = await ask.answer(NODES, ids=[ada.id])

    assert [it["errors"][0]["extensions"]["code"] for it in (alone, together)] == [
        "UNAUTHENTICATED",
        "UNAUTHENTICATED",
    ]
    assert (alone["data"], together["data"]) == ({"node": None}, {"nodes": None})
