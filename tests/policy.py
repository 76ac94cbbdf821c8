"""Who sees what: every field of every type, and who reads it of Ada, of what is hers, and of what she shares.

To be read by people: a row has fields of a type, and who finds something in them. `tests/test_policy.py`
holds the table against the schema, in which there must be nothing else, and against the answers of the
API to each reader. A value without an id, such as `SessionPreferences`, is read where it is part of something.
"""

from models import Choice, ContactVisibility


class Reader(Choice):
    """Who reads of Ada, a member who takes part as mentor and as mentee."""

    STRANGER = "Is not signed in."
    LAPSED = "Was a member."
    MEMBER = "Takes no part."
    ENROLLED = "Takes part as mentor and as mentee; has nothing to do with Ada."
    ASKING = "Has asked Ada to be their mentor, and waits."
    PARTNER = "Is Ada's mentee at present."
    FORMER = "Was Ada's mentee."
    BLOCKED = "Was Ada's mentee; Ada has blocked them."
    BLOCKER = "Was Ada's mentee, and has blocked her."
    COORDINATOR = "Runs the program."
    ADA = "Ada herself."


Who = frozenset[Reader]
Rows = dict[str, Who]  # fields, with who reads them

ADA, COORDINATOR = frozenset({Reader.ADA}), frozenset({Reader.COORDINATOR})
ASKING, PARTNER = frozenset({Reader.ASKING}), frozenset({Reader.PARTNER})
PAST = frozenset({Reader.FORMER, Reader.BLOCKED, Reader.BLOCKER})
PAIR = ADA | PARTNER | PAST  # who work, or worked, together
MENTEES = frozenset({Reader.ENROLLED, Reader.FORMER}) | ASKING | PARTNER  # who take part as such
MEMBERS = frozenset(Reader) - {Reader.STRANGER, Reader.LAPSED}
APART = frozenset({Reader.BLOCKED, Reader.BLOCKER})
THERE = MEMBERS - APART  # for whom Ada is there
NOBODY = Who()

POLICY: dict[str, Rows] = {
    # People.
    "Member": {
        "id name createdAt": MEMBERS,
        "pronouns avatarUrl headline bio organization location industry careerStage": THERE,
        "languages timeZone": THERE,
        "email": ADA | COORDINATOR | PARTNER,  # as Ada chose: see CONTACT
        "mentorEnrollment": THERE,
        "menteeEnrollment": ADA | COORDINATOR | {Reader.ENROLLED},  # to mentors
    },
    "Enrollment": {
        "id member role status statement topics sessionPreferences partnerCareerStages": THERE,
        "capacity openPlaces isAcceptingRequests usualResponseHours createdAt updatedAt": THERE,
        "viewerCanRequest viewerCanUpdate": THERE,
        "viewerCannotRequestReasons": THERE - {Reader.ENROLLED, Reader.FORMER},  # who may ask
        "returnOn": NOBODY,  # as long as Ada is not paused
        "match": MENTEES,
        "viewerPendingRequest": ASKING,
    },
    "SessionPreferences": {"channels frequency durationMinutes availability": THERE},
    "Match": {"score reasons": MENTEES},
    "MatchReason": {"kind points text": MENTEES},
    # What is one's own.
    "Viewer": {
        "id member email contactVisibility emailLanguage isAdmin": ADA,
        "mentorEnrollment menteeEnrollment counts requests relationships calendarFeed": ADA,
        "sessions notificationPreferences events blocks concerns signIns": ADA,
    },
    "ViewerCounts": {
        "incomingRequests outgoingRequests remainingRequests activeRelationships": ADA,
        "upcomingSessions unreadEvents": ADA,
    },
    "NotificationPreference": {"kind frequency isRequired": ADA},
    "SignIn": {"id isCurrent kind userAgent createdAt lastUsedAt endsAt": ADA},
    "CalendarFeed": {"id createdAt": ADA},
    "Event": {
        "id kind actor request relationship session checkIn enrollment text": ADA,
        "readAt createdAt": ADA,
    },
    "PrivateNote": {"id text updatedAt": ADA},
    "Block": {"id member createdAt": ADA},
    "Concern": {
        "id member text state createdAt": ADA | COORDINATOR,
        "subject": ADA,
        "case": COORDINATOR,
    },
    "ConcernCase": {"reporter subjectId note changedBy version updatedAt": COORDINATOR},
    # What two share.
    "MentoringRequest": {
        "id mentor mentee sender recipient message state expiresAt followUpFrom": PAIR | ASKING,
        "isClockStandingStill viewerCanRespond viewerCanWithdraw": PAIR | ASKING,
        "viewerCanSendFollowUp createdAt": PAIR | ASKING,
        "followUpSentAt": ADA | ASKING,
        "topics reply closedAt relationship": PAIR,
        "followUpEmail": NOBODY,  # to the sender, if Ada shows her address: see CONTACT
    },
    "EmailDraft": {"to subject body mailtoUrl": NOBODY},  # likewise
    "MentoringRelationship": {
        "id mentor mentee partner viewerRole state request sessions quietAskedAt": PAIR,
        "viewerCanContinue checkIns agreement proposedAgreement agreements progress": PAIR,
        "goals viewerCanUpdate viewerCanComplete viewerCanAddGratitudeNote": PAIR,
        "createdAt updatedAt": PAIR,
        "nextSession openCheckIn": ADA | PARTNER,
        "completion": ADA | PAST,
    },
    "Completion": {"outcome completedBy completedAt gratitudeNotes": ADA | PAST},
    "GratitudeNote": {"id author text isShareable createdAt": ADA | PAST},
    "Agreement": {
        "id relationship version proposedBy frequency durationMinutes channel": PAIR,
        "expectations endsOn noticeHours checkIns reviews mentorConfirmedAt": PAIR,
        "menteeConfirmedAt isConfirmed viewerCanConfirm createdAt": PAIR,
    },
    "Goal": {
        "id relationship title description dueOn reachedAt milestones version": PAIR,
        "createdAt updatedAt": PAIR,
    },
    "Milestone": {"id goal title dueOn reachedAt version createdAt updatedAt": PAIR},
    "MentoringSession": {
        "id relationship plannedBy state startsAt endsAt durationMinutes channel": PAIR,
        "location agenda notes version isChangeLate lateChanges viewerCanChange": PAIR,
        "viewerCanHold createdAt updatedAt": PAIR,
        "viewerPrivateNotes": PAIR,  # of each the own one: see PrivateNote
    },
    "CheckIn": {
        "id relationship kind startsAt endsAt isOpen viewerAnswer partnerAnswer": PAIR,
        "hasPartnerAnswered review": PAIR,
        "closedAt": ADA | PAST,
    },
    "CheckInAnswer": {
        "author rating wentWell nextSteps createdAt updatedAt": PAIR,
        "wantsHelp": PAIR,  # in the own one: the partner's says nothing of it
    },
    "Review": {"goals sessions checkIns": PAIR},
    # The program.
    "Program": {
        "name welcome guide expectations languages emailLanguages topics": frozenset(Reader),
        "maxOpenRequests followUpAfterDays requestExpiryDays coolOffDays": frozenset(Reader),
        "mentorCapacity menteeCapacity quietAfterDays": frozenset(Reader),
    },
    "Topic": {
        "id name category description isArchived": frozenset(Reader),
        "mentorCount menteeCount": MEMBERS,
    },
    "TopicCount": {"topic count": MEMBERS},
    # Where one enters. What an object leads to is read as its own type says.
    "Query": {
        "program": frozenset(Reader),
        "viewer mentors node nodes": MEMBERS,
        "mentees": COORDINATOR | ADA | {Reader.ENROLLED},
    },
    "Mutation": {
        "signIn signInWithCode requestPasswordReset resetPassword": frozenset(Reader),
        "signOut changePassword updateProfile updateNotificationPreferences enroll": MEMBERS,
        "setStatus request respond withdraw sendFollowUp block unblock": MEMBERS,
        "reportConcern proposeAgreement confirmAgreement addGoal updateGoal": MEMBERS,
        "moveGoal reachGoal reopenGoal removeGoal addMilestone updateMilestone": MEMBERS,
        "moveMilestone reachMilestone reopenMilestone removeMilestone complete": MEMBERS,
        "addGratitudeNote planSession moveSession callOffSession holdSession": MEMBERS,
        "updateSessionNotes updatePrivateNotes createCalendarFeed": MEMBERS,
        "revokeCalendarFeed submitCheckIn continueRelationship markEventsRead": MEMBERS,
        "deleteAccount": MEMBERS,
        "updateConcern": COORDINATOR,
    },
    "Subscription": {"viewerEvents": MEMBERS},
    "ViewerEvent": {"event viewer": ADA},
    "UserError": {"code message field": frozenset(Reader)},
}

# Of payloads, what is no object with a row above: secrets, and ids, for who caused them.
OF_PAYLOADS: dict[str, str] = {
    "SignInPayload": "token deviceToken",
    "SignInWithCodePayload": "token deviceToken",
    "SignOutPayload": "endedSignInIds",
    "ChangePasswordPayload": "token endedSignInIds",
    "ResetPasswordPayload": "username",
    "CreateCalendarFeedPayload": "url",
    "MoveSessionPayload": "isLate",
    "CallOffSessionPayload": "isLate",
}

# What has nothing of its own: who reads the objects in it reads it.
AROUND: dict[str, str] = {
    "Connection": "edges nodes pageInfo totalCount topicCounts",
    "Edge": "cursor node",
    "PageInfo": "hasNextPage hasPreviousPage startCursor endCursor",
}

# Who finds Ada's address, in her profile and in the draft for who has waited long enough to write to her.
CONTACT: dict[ContactVisibility, tuple[Who, Who]] = {
    ContactVisibility.MEMBERS: (THERE, ASKING),
    ContactVisibility.PARTNERS: (ADA | COORDINATOR | PARTNER, NOBODY),
    ContactVisibility.NOBODY: (ADA | COORDINATOR, NOBODY),
}
