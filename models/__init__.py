"""The nouns of the program, and the rules they keep."""

from models import clock, email_address, password, text
from models.agreement import Agreement, CheckInRhythm, ReviewRhythm, Terms
from models.block import Block
from models.budget import Budget, Exhausted
from models.calendar_feed import CalendarFeed
from models.check_in import CheckIn, CheckInAnswer, CheckInKind, CheckInRating
from models.choice import Choice
from models.concern import Concern, ConcernState
from models.credentials import Credentials
from models.device import Device
from models.email_draft import EmailDraft
from models.enrollment import (
    Choices,
    Daypart,
    Enrollment,
    ParticipationStatus,
    Role,
    SessionChannel,
    SessionFrequency,
    SessionPreferences,
    WaitingRequests,
)
from models.event import Event, EventKind
from models.external_identity import ExternalIdentity
from models.goal import Goal, Milestone
from models.idempotency_key import IdempotencyKey, KeyReused, StillUnderway
from models.listing import Listing
from models.match import Match, MatchReason, MatchReasonKind
from models.member import Member, Viewer
from models.mentoring_relationship import (
    CompletionOutcome,
    GratitudeNote,
    MentoringRelationship,
    RelationshipCriteria,
    RelationshipState,
)
from models.mentoring_request import (
    Asking,
    CannotRequestReason,
    MentoringRequest,
    RequestAnswer,
    RequestCriteria,
    RequestDirection,
    RequestState,
)
from models.mentoring_session import (
    MentoringSession,
    Plan,
    PlanChanges,
    PrivateNote,
    SessionChange,
    SessionState,
)
from models.notification_preference import EmailFrequency, NotificationPreference, Wish
from models.outgoing_email import OutgoingEmail, OutgoingState, Urgency
from models.password_reset import PasswordReset
from models.picture import Picture, PictureSize
from models.profile import CareerStage, ContactVisibility
from models.program import Program
from models.refusal import Problem, Reason, Refusal
from models.sign_in import SignIn, SignInKind
from models.sign_on import SignOn
from models.throttle import Throttle
from models.topic import Topic

__all__ = [
    "Agreement",
    "Asking",
    "Block",
    "Budget",
    "CalendarFeed",
    "CannotRequestReason",
    "CareerStage",
    "CheckIn",
    "CheckInAnswer",
    "CheckInKind",
    "CheckInRating",
    "CheckInRhythm",
    "Choice",
    "Choices",
    "CompletionOutcome",
    "Concern",
    "ConcernState",
    "ContactVisibility",
    "Credentials",
    "Daypart",
    "Device",
    "EmailDraft",
    "EmailFrequency",
    "Enrollment",
    "Event",
    "EventKind",
    "Exhausted",
    "ExternalIdentity",
    "Goal",
    "GratitudeNote",
    "IdempotencyKey",
    "KeyReused",
    "Listing",
    "Match",
    "MatchReason",
    "MatchReasonKind",
    "Member",
    "MentoringRelationship",
    "MentoringRequest",
    "MentoringSession",
    "Milestone",
    "NotificationPreference",
    "OutgoingEmail",
    "OutgoingState",
    "ParticipationStatus",
    "PasswordReset",
    "Picture",
    "PictureSize",
    "Plan",
    "PlanChanges",
    "PrivateNote",
    "Problem",
    "Program",
    "Reason",
    "Refusal",
    "RelationshipCriteria",
    "RelationshipState",
    "RequestAnswer",
    "RequestCriteria",
    "RequestDirection",
    "RequestState",
    "ReviewRhythm",
    "Role",
    "SessionChange",
    "SessionChannel",
    "SessionFrequency",
    "SessionPreferences",
    "SessionState",
    "SignIn",
    "SignInKind",
    "SignOn",
    "StillUnderway",
    "Terms",
    "Throttle",
    "Topic",
    "Urgency",
    "Viewer",
    "WaitingRequests",
    "Wish",
    "clock",
    "email_address",
    "password",
    "text",
]
