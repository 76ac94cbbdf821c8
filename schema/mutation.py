"""Entry points for writing: the table of contents."""

import strawberry

from resolvers import (
    accounts,
    agreements,
    blocks,
    check_ins,
    concerns,
    enrollments,
    events,
    goals,
    members,
    milestones,
    passwords,
    relationships,
    requests,
    sessions,
    sign_ins,
    single_sign_on,
    status,
)
from schema.accounts import DeleteAccountInput, DeleteAccountPayload
from schema.agreements import (
    ConfirmAgreementInput,
    ConfirmAgreementPayload,
    ProposeAgreementInput,
    ProposeAgreementPayload,
)
from schema.blocks import BlockInput, BlockPayload, UnblockInput
from schema.check_ins import (
    ContinueRelationshipInput,
    SubmitCheckInInput,
    SubmitCheckInPayload,
)
from schema.concerns import (
    ReportConcernInput,
    ReportConcernPayload,
    UpdateConcernInput,
    UpdateConcernPayload,
)
from schema.enrollments import EnrollInput, EnrollPayload, SetStatusInput, SetStatusPayload
from schema.events import MarkEventsReadInput, UpdateNotificationPreferencesInput
from schema.fields import mutation
from schema.goals import (
    AddGoalInput,
    AddGoalPayload,
    MoveGoalInput,
    MoveGoalPayload,
    ReachGoalInput,
    ReachGoalPayload,
    RemoveGoalInput,
    RemoveGoalPayload,
    ReopenGoalInput,
    ReopenGoalPayload,
    UpdateGoalInput,
    UpdateGoalPayload,
)
from schema.members import UpdateProfileInput, UpdateProfilePayload
from schema.milestones import (
    AddMilestoneInput,
    AddMilestonePayload,
    MoveMilestoneInput,
    MoveMilestonePayload,
    ReachMilestoneInput,
    ReachMilestonePayload,
    RemoveMilestoneInput,
    RemoveMilestonePayload,
    ReopenMilestoneInput,
    ReopenMilestonePayload,
    UpdateMilestoneInput,
    UpdateMilestonePayload,
)
from schema.passwords import (
    ChangePasswordInput,
    ChangePasswordPayload,
    RequestPasswordResetInput,
    RequestPasswordResetPayload,
    ResetPasswordInput,
    ResetPasswordPayload,
)
from schema.relationships import (
    AddGratitudeNoteInput,
    AddGratitudeNotePayload,
    CompleteInput,
    CompletePayload,
    ContinueRelationshipPayload,
)
from schema.requests import (
    RequestInput,
    RequestPayload,
    RespondInput,
    RespondPayload,
    SendFollowUpInput,
    SendFollowUpPayload,
    WithdrawInput,
    WithdrawPayload,
)
from schema.sessions import (
    CallOffSessionInput,
    CallOffSessionPayload,
    CreateCalendarFeedInput,
    HoldSessionInput,
    HoldSessionPayload,
    MoveSessionInput,
    MoveSessionPayload,
    PlanSessionInput,
    PlanSessionPayload,
    RevokeCalendarFeedInput,
    UpdatePrivateNotesInput,
    UpdatePrivateNotesPayload,
    UpdateSessionNotesInput,
    UpdateSessionNotesPayload,
)
from schema.viewer import (
    CreateCalendarFeedPayload,
    MarkEventsReadPayload,
    RevokeCalendarFeedPayload,
    SignInInput,
    SignInPayload,
    SignInWithCodeInput,
    SignInWithCodePayload,
    SignOutInput,
    SignOutPayload,
    UnblockPayload,
    UpdateNotificationPreferencesPayload,
)


@strawberry.type(
    description="Entry points for writing. Each needs a signed-in viewer unless it says otherwise."
)
class Mutation:
    # Checking a password takes long, and must not hold a transaction meanwhile: these open their own.
    sign_in: SignInPayload | None = mutation(
        sign_ins.sign_in, SignInInput, SignInPayload, is_one_transaction=False
    )
    sign_in_with_code: SignInWithCodePayload | None = mutation(
        single_sign_on.sign_in_with_code,
        SignInWithCodeInput,
        SignInWithCodePayload,
        gives_secret=True,
    )
    sign_out: SignOutPayload | None = mutation(sign_ins.sign_out, SignOutInput, SignOutPayload)
    request_password_reset: RequestPasswordResetPayload | None = mutation(
        passwords.request_password_reset,
        RequestPasswordResetInput,
        RequestPasswordResetPayload,
        is_one_transaction=False,
    )
    reset_password: ResetPasswordPayload | None = mutation(
        passwords.reset_password,
        ResetPasswordInput,
        ResetPasswordPayload,
        is_one_transaction=False,
    )
    change_password: ChangePasswordPayload | None = mutation(
        passwords.change_password,
        ChangePasswordInput,
        ChangePasswordPayload,
        is_one_transaction=False,
    )
    delete_account: DeleteAccountPayload | None = mutation(
        accounts.delete_account,
        DeleteAccountInput,
        DeleteAccountPayload,
        is_one_transaction=False,
    )
    update_profile: UpdateProfilePayload | None = mutation(
        members.update_profile, UpdateProfileInput, UpdateProfilePayload
    )
    update_notification_preferences: UpdateNotificationPreferencesPayload | None = mutation(
        events.update_preferences,
        UpdateNotificationPreferencesInput,
        UpdateNotificationPreferencesPayload,
    )
    enroll: EnrollPayload | None = mutation(enrollments.enroll, EnrollInput, EnrollPayload)
    set_status: SetStatusPayload | None = mutation(
        status.set_status, SetStatusInput, SetStatusPayload
    )
    request: RequestPayload | None = mutation(requests.request, RequestInput, RequestPayload)
    respond: RespondPayload | None = mutation(requests.respond, RespondInput, RespondPayload)
    withdraw: WithdrawPayload | None = mutation(requests.withdraw, WithdrawInput, WithdrawPayload)
    send_follow_up: SendFollowUpPayload | None = mutation(
        requests.send_follow_up, SendFollowUpInput, SendFollowUpPayload
    )
    block: BlockPayload | None = mutation(blocks.block, BlockInput, BlockPayload)
    unblock: UnblockPayload | None = mutation(blocks.unblock, UnblockInput, UnblockPayload)
    report_concern: ReportConcernPayload | None = mutation(
        concerns.report_concern, ReportConcernInput, ReportConcernPayload
    )
    update_concern: UpdateConcernPayload | None = mutation(
        concerns.update_concern, UpdateConcernInput, UpdateConcernPayload
    )
    propose_agreement: ProposeAgreementPayload | None = mutation(
        agreements.propose_agreement, ProposeAgreementInput, ProposeAgreementPayload
    )
    confirm_agreement: ConfirmAgreementPayload | None = mutation(
        agreements.confirm_agreement, ConfirmAgreementInput, ConfirmAgreementPayload
    )
    add_goal: AddGoalPayload | None = mutation(goals.add_goal, AddGoalInput, AddGoalPayload)
    update_goal: UpdateGoalPayload | None = mutation(
        goals.update_goal, UpdateGoalInput, UpdateGoalPayload
    )
    move_goal: MoveGoalPayload | None = mutation(goals.move_goal, MoveGoalInput, MoveGoalPayload)
    reach_goal: ReachGoalPayload | None = mutation(
        goals.reach_goal, ReachGoalInput, ReachGoalPayload
    )
    reopen_goal: ReopenGoalPayload | None = mutation(
        goals.reopen_goal, ReopenGoalInput, ReopenGoalPayload
    )
    remove_goal: RemoveGoalPayload | None = mutation(
        goals.remove_goal, RemoveGoalInput, RemoveGoalPayload
    )
    add_milestone: AddMilestonePayload | None = mutation(
        milestones.add_milestone, AddMilestoneInput, AddMilestonePayload
    )
    update_milestone: UpdateMilestonePayload | None = mutation(
        milestones.update_milestone, UpdateMilestoneInput, UpdateMilestonePayload
    )
    move_milestone: MoveMilestonePayload | None = mutation(
        milestones.move_milestone, MoveMilestoneInput, MoveMilestonePayload
    )
    reach_milestone: ReachMilestonePayload | None = mutation(
        milestones.reach_milestone, ReachMilestoneInput, ReachMilestonePayload
    )
    reopen_milestone: ReopenMilestonePayload | None = mutation(
        milestones.reopen_milestone, ReopenMilestoneInput, ReopenMilestonePayload
    )
    remove_milestone: RemoveMilestonePayload | None = mutation(
        milestones.remove_milestone, RemoveMilestoneInput, RemoveMilestonePayload
    )
    complete: CompletePayload | None = mutation(
        relationships.complete, CompleteInput, CompletePayload
    )
    add_gratitude_note: AddGratitudeNotePayload | None = mutation(
        relationships.add_gratitude_note, AddGratitudeNoteInput, AddGratitudeNotePayload
    )
    plan_session: PlanSessionPayload | None = mutation(
        sessions.plan_session, PlanSessionInput, PlanSessionPayload
    )
    move_session: MoveSessionPayload | None = mutation(
        sessions.move_session, MoveSessionInput, MoveSessionPayload
    )
    call_off_session: CallOffSessionPayload | None = mutation(
        sessions.call_off_session, CallOffSessionInput, CallOffSessionPayload
    )
    hold_session: HoldSessionPayload | None = mutation(
        sessions.hold_session, HoldSessionInput, HoldSessionPayload
    )
    update_session_notes: UpdateSessionNotesPayload | None = mutation(
        sessions.update_session_notes, UpdateSessionNotesInput, UpdateSessionNotesPayload
    )
    update_private_notes: UpdatePrivateNotesPayload | None = mutation(
        sessions.update_private_notes, UpdatePrivateNotesInput, UpdatePrivateNotesPayload
    )
    create_calendar_feed: CreateCalendarFeedPayload | None = mutation(
        sessions.create_calendar_feed,
        CreateCalendarFeedInput,
        CreateCalendarFeedPayload,
        gives_secret=True,
    )
    revoke_calendar_feed: RevokeCalendarFeedPayload | None = mutation(
        sessions.revoke_calendar_feed, RevokeCalendarFeedInput, RevokeCalendarFeedPayload
    )
    submit_check_in: SubmitCheckInPayload | None = mutation(
        check_ins.submit_check_in, SubmitCheckInInput, SubmitCheckInPayload
    )
    continue_relationship: ContinueRelationshipPayload | None = mutation(
        check_ins.continue_relationship, ContinueRelationshipInput, ContinueRelationshipPayload
    )
    mark_events_read: MarkEventsReadPayload | None = mutation(
        events.mark_read, MarkEventsReadInput, MarkEventsReadPayload
    )
