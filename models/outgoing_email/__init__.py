"""The outbox: e-mails promised in a transaction, and what became of sending them."""

from models.outgoing_email.outgoing_email import OutgoingEmail
from models.outgoing_email.promise import OutgoingPhase, OutgoingState, Urgency

__all__ = ["OutgoingEmail", "OutgoingPhase", "OutgoingState", "Urgency"]
