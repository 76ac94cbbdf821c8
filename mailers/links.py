"""Where the one button of an e-mail leads: to the client, or to what there is without one.

That is a page of ours for an answer and for a password, which need no signing in, and GraphiQL for
all else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from models import EventKind
from models.signatures import Purpose, Signatures
from settings import Settings


class Page(NamedTuple):
    """Something to see or do: its path in the client, and the GraphQL document for it.

    Where we have a page with the same path, there is none.
    """

    path: str
    document: str


PAGES = {
    "forgot_password": Page("/forgot-password", ""),
    "reset_password": Page("/reset-password/{id}", ""),
    "viewer": Page(
        "/viewer",
        """query Viewer {
  viewer {
    email
    member { name }
  }
}""",
    ),
    "follow_up": Page(
        "/requests/{id}",
        """# Have it sent in your name, once; or write yourself: the query has a draft.

mutation FollowUp {
  sendFollowUp(
    input: {
      requestId: "{id}"
      showAddress: false
    }
  ) {
    errors { message }
    request { followUpSentAt }
  }
}

query Draft {
  node(id: "{id}") {
    ... on MentoringRequest {
      expiresAt
      followUpEmail { to subject body }
    }
  }
}""",
    ),
    "request": Page(
        "/requests/{id}",
        """query Request {
  node(id: "{id}") {
    ... on MentoringRequest {
      state
      reply
      relationship { id partner { name email } }
    }
  }
}""",
    ),
    "requests": Page(
        "/requests",
        """query Requests {
  viewer {
    requests(first: 20) {
      nodes { id state sender { name } recipient { name } }
    }
  }
}""",
    ),
    "member": Page(
        "/members/{id}",
        """query Member {
  node(id: "{id}") {
    ... on Member { name email }
  }
}""",
    ),
    "mentors": Page(
        "/mentors",
        """query FindMentor {
  mentors(first: 20) {
    nodes { id member { name headline } match { score } viewerCanRequest }
  }
}""",
    ),
    "mentees": Page(
        "/mentees",
        """query FindMentee {
  mentees(first: 20) {
    nodes { id member { name headline } match { score } viewerCanRequest }
  }
}""",
    ),
    "events": Page(
        "/events",
        """query Events {
  viewer {
    events(first: 20) {
      nodes { id kind text createdAt }
    }
  }
}""",
    ),
    "relationships": Page(
        "/relationships",
        """query Relationships {
  viewer {
    relationships(first: 20) {
      nodes { id state partner { name email } }
    }
  }
}""",
    ),
    "relationship": Page(
        "/relationships/{id}",
        """query Relationship {
  node(id: "{id}") {
    ... on MentoringRelationship {
      partner { name }
      completion { outcome gratitudeNotes { author { name } text } }
    }
  }
}""",
    ),
    "session": Page(
        "/sessions/{id}",
        """query Session {
  node(id: "{id}") {
    ... on MentoringSession {
      state
      startsAt
      durationMinutes
      location
      agenda
      notes
      relationship { id partner { name } }
    }
  }
}""",
    ),
    "check_in": Page(
        "/check-ins/{id}",
        """mutation CheckIn {
  submitCheckIn(
    input: {
      checkInId: "{id}"
      rating: WELL
      wentWell: ""
      nextSteps: ""
      wantsHelp: false
    }
  ) {
    errors { message }
    checkIn { hasPartnerAnswered partnerAnswer { rating wentWell nextSteps } }
  }
}""",
    ),
    "review": Page(
        "/check-ins/{id}",
        """query Review {
  node(id: "{id}") {
    ... on CheckIn {
      startsAt
      endsAt
      review {
        checkIns { endsAt viewerAnswer { rating } partnerAnswer { rating } }
        sessions { startsAt state }
      }
    }
  }
}

mutation LookBack {
  submitCheckIn(
    input: {
      checkInId: "{id}"
      rating: WELL
      wentWell: ""
      nextSteps: ""
      wantsHelp: false
    }
  ) {
    errors { message }
    checkIn { hasPartnerAnswered partnerAnswer { rating wentWell nextSteps } }
  }
}""",
    ),
    "continue": Page(
        "/relationships/{id}",
        """mutation Continue {
  continueRelationship(input: { relationshipId: "{id}" }) {
    errors { message }
    relationship { state partner { name } viewerCanContinue }
  }
}""",
    ),
    "agreement": Page(
        "/relationships/{id}",
        """# Confirm the version that you have seen.

query Agreement {
  node(id: "{id}") {
    ... on MentoringRelationship {
      agreement { version }
      proposedAgreement {
        version
        frequency
        durationMinutes
        channel
        expectations
        endsOn
        viewerCanConfirm
      }
    }
  }
}

mutation Confirm {
  confirmAgreement(
    input: {
      relationshipId: "{id}"
      version: 1
    }
  ) {
    errors { message }
    agreement { isConfirmed }
  }
}""",
    ),
    "ending": Page(
        "/relationships/{id}",
        """# To go on, do nothing; or propose an agreement with another day.

mutation Complete {
  complete(
    input: {
      relationshipId: "{id}"
      outcome: AGREED_TIME_OVER
      gratitudeNote: "Thank you!"
    }
  ) {
    errors { message }
    relationship { state }
  }
}

mutation GoOn {
  proposeAgreement(
    input: {
      relationshipId: "{id}"
      frequency: MONTHLY
      durationMinutes: 60
      channel: VIDEO
    }
  ) {
    errors { message }
    agreement { version }
  }
}""",
    ),
    "concern": Page(
        "/concerns/{id}",
        """mutation LookAt {
  updateConcern(input: { concernId: "{id}", state: LOOKED_AT }) {
    errors { message }
    concern { text member { name } case { reporter { name email } note } }
  }
}""",
    ),
    "thank": Page(
        "/relationships/{id}",
        """mutation Thank {
  addGratitudeNote(
    input: {
      relationshipId: "{id}"
      text: "Thank you!"
    }
  ) {
    errors { message }
    gratitudeNote { text }
  }
}""",
    ),
}


@dataclass(frozen=True)
class Links:
    """Absolute links to the pages of this program, for one reader."""

    settings: Settings
    reader_id: str = ""

    def to(self, page: str, id: str = "") -> str:
        """The address of one of PAGES, or of the `answer`, about the row with this id."""
        if page == "answer":
            return self._answer(id)
        path, document = (it.replace("{id}", id) for it in PAGES[page])
        if self.settings.client_url:
            return self.settings.client_url + path
        if not document:
            return self.settings.public_url + path
        return f"{self.settings.public_url}/graphiql?query={quote(document, safe='')}"

    def unsubscribe(self, kinds: Iterable[EventKind]) -> str:
        """The address at which the reader has e-mails of these kinds stopped, for as long as it is kept."""
        names = sorted({it.name for it in kinds})
        token = Signatures(self.settings.keys).sign(Purpose.UNSUBSCRIBE, self.reader_id, *names)
        return f"{self.settings.public_url}/unsubscribe/{token}"

    def _answer(self, id: str) -> str:
        if self.settings.client_url:
            return f"{self.settings.client_url}/requests/{quote(id)}"
        # It ends with the request, which may wait for the end of any pause; its page sees to that.
        token = Signatures(self.settings.keys).sign(Purpose.ANSWER, id, self.reader_id)
        return f"{self.settings.public_url}/answer/{token}"
