"""How well the viewer and somebody fit, and why."""

import models
from schema.enums import choice
from schema.fields import said, shows

choice(models.MatchReasonKind)


@shows(models.MatchReason)
class MatchReason:
    kind: models.MatchReasonKind = said("What is compared.")
    points: int = said("Points it adds to the score.")
    text: str = said("Sentence for people, such as `Both chose Public speaking.`")


@shows(models.Match)
class Match:
    score: int = said("From 0 (no fit) to 100 (perfect fit).")
    reasons: list[MatchReason] = said("What the score is made of, weightiest first.")
