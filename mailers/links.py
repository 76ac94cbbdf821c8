"""Where the one button of an e-mail leads: to the client, or to GraphiQL where there is none."""

from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from settings import Settings


class Page(NamedTuple):
    """Something to do: its path in the client, and the GraphQL document that does it."""

    path: str
    document: str


PAGES = {
    "answer": Page(
        "/requests/{id}",
        """# Say ACCEPT or DECLINE; a few words may come with it.

mutation Answer {
  respond(
    input: {
      requestId: "{id}"
      answer: ACCEPT
      reply: ""
    }
  ) {
    errors { message }
    request { state }
  }
}

query WhoAsks {
  node(id: "{id}") {
    ... on MentoringRequest {
      message
      sender { name headline }
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
    """Absolute links to the pages of this program."""

    settings: Settings

    def to(self, page: str, id: str = "") -> str:
        """The address of one of PAGES, about the row with this id."""
        path, document = (it.replace("{id}", id) for it in PAGES[page])
        if self.settings.client_url:
            return self.settings.client_url + path
        return f"{self.settings.public_url}/graphiql?query={quote(document, safe='')}"
