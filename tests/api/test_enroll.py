"""`enroll`: taking part in a role, and changing what one chose."""

from models import Enrollment, Member, Role
from tests.client import Api
from tests.factories import a_member, a_mentee, a_mentor, some_topics
from tests.outbox import told

ENROLL = """
mutation($input: EnrollInput!) {
  enroll(input: $input) {
    errors { code message field }
    enrollment {
      id role status statement capacity openPlaces partnerCareerStages viewerCanUpdate
      topics { name }
      sessionPreferences { channels frequency durationMinutes availability }
      member { careerStage }
    }
    query { viewer { mentorEnrollment { statement } member { careerStage } } }
  }
}"""


async def ids(*names: str) -> list[str]:
    return [it.id for it in await some_topics([*names])]


async def some_input(**changes: object) -> dict[str, object]:
    return {
        "role": "MENTOR",
        "statement": "I have been there.",
        "topicIds": await ids("Delegating", "Writing"),
        "sessionPreferences": {"channels": ["VIDEO"]},
        "acceptsExpectations": True,
        **changes,
    }


async def test_a_member_enrolls_as_a_mentor(ask: Api) -> None:
    grace = await a_member()
    preferences = {
        "channels": ["VIDEO", "PHONE"],
        "frequency": "MONTHLY",
        "durationMinutes": 60,
        "availability": ["WEEKDAY_EVENING"],
    }
    input = await some_input(
        sessionPreferences=preferences,
        careerStage="SENIOR",
        partnerCareerStages=["EARLY", "MID"],
        capacity=5,
    )

    payload = await ask.does(ENROLL, as_=grace, **input)

    enrollment = payload["enrollment"]
    assert enrollment.pop("id").startswith("enr_")
    assert enrollment == {
        "role": "MENTOR",
        "status": "ACTIVE",
        "statement": "I have been there.",
        "capacity": 5,
        "openPlaces": 5,
        "partnerCareerStages": ["EARLY", "MID"],
        "viewerCanUpdate": True,
        "topics": [{"name": "Delegating"}, {"name": "Writing"}],
        "sessionPreferences": preferences,
        "member": {"careerStage": "SENIOR"},
    }


async def test_the_payload_shows_the_viewer_as_they_are_now(ask: Api) -> None:
    grace = await a_member()

    payload = await ask.does(ENROLL, as_=grace, **await some_input(careerStage="LEADER"))

    viewer = payload["query"]["viewer"]
    assert viewer["mentorEnrollment"] == {"statement": "I have been there."}
    assert viewer["member"] == {"careerStage": "LEADER"}


async def test_who_enrolls_is_welcomed_once(ask: Api) -> None:
    grace = await a_member()

    await ask.does(ENROLL, as_=grace, **await some_input())
    await ask.does(ENROLL, as_=grace, role="MENTOR", statement="Something new.")

    assert await told(grace) == ["enrollment_mailer/welcome"]


async def test_fields_that_are_absent_stay_as_they_are(ask: Api) -> None:
    grace = await a_mentor(topics=["Delegating"], capacity=4)

    payload = await ask.does(ENROLL, as_=grace, role="MENTOR", statement="Something new.")

    assert payload["enrollment"]["id"] == grace.id
    assert payload["enrollment"]["statement"] == "Something new."
    assert payload["enrollment"]["topics"] == [{"name": "Delegating"}]
    assert payload["enrollment"]["capacity"] == 4


async def test_null_means_the_same_as_absent(ask: Api) -> None:
    grace = await a_mentor(topics=["Delegating"])

    payload = await ask.does(ENROLL, as_=grace, role="MENTOR", topicIds=None, capacity=None)

    assert payload["enrollment"]["topics"] == [{"name": "Delegating"}]


async def test_one_changes_ones_own_enrollment_alone(ask: Api) -> None:
    grace, ada = await a_mentor(), await a_mentor()

    await ask.does(ENROLL, as_=ada, role="MENTOR", statement="Something new.")

    assert (await Enrollment.get(id=grace.id)).statement == grace.statement


async def test_each_role_has_an_enrollment_of_its_own(ask: Api) -> None:
    mia = await a_mentee()

    await ask.does(ENROLL, as_=mia, **await some_input())

    assert [it.role for it in await Enrollment.of(mia.member)] == [Role.MENTOR, Role.MENTEE]


async def test_a_form_hears_all_that_is_wrong_at_once(ask: Api) -> None:
    grace = await a_member()
    [delegating] = await ids("Delegating")

    errors = await ask.refused(
        ENROLL,
        as_=grace,
        role="MENTOR",
        statement=" ",
        topicIds=[delegating, "top_unknown", delegating],
        sessionPreferences={"channels": [], "durationMinutes": 5},
        capacity=21,
    )

    assert {(it["code"], ".".join(it["field"])) for it in errors} == {
        ("REQUIRED", "input.acceptsExpectations"),
        ("REQUIRED", "input.statement"),
        ("REQUIRED", "input.sessionPreferences.channels"),
        ("OUT_OF_RANGE", "input.sessionPreferences.durationMinutes"),
        ("NOT_FOUND", "input.topicIds.1"),
        ("DUPLICATE", "input.topicIds.2"),
        ("OUT_OF_RANGE", "input.capacity"),
    }


async def test_a_refused_enrollment_is_not_shown_as_if_it_were_done(ask: Api) -> None:
    grace = await a_member()
    input = await some_input(careerStage="LEADER", capacity=0)

    answer = await ask(ENROLL, as_=grace, input=input)

    viewer = answer["enroll"]["query"]["viewer"]
    assert viewer == {"mentorEnrollment": None, "member": {"careerStage": None}}
    assert (await Member.get(id=grace.id)).career_stage is None
