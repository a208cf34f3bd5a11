"""Everything that happens to people, by use case. Only these services write this app's tables."""

from identity.services.answers import prove_answers
from identity.services.asking import ask_staff, end_staff_asks
from identity.services.backup_codes import make_backup_codes, use_backup_code
from identity.services.calendars import (
    calendar_holder,
    change_calendar,
    end_calendar,
    make_calendar,
)
from identity.services.cases import (
    approve_case,
    decline_case,
    open_case,
    send_registration_link,
)
from identity.services.digests import end_digests, resume_digests, sweep_digests
from identity.services.disabled_people import (
    disable_if_idle,
    disable_user,
    reactivate_user,
    warn_idle,
)
from identity.services.email_change import (
    ask_for_email_change,
    cancel_email_change,
    confirm_email_change,
    send_email_change_again,
    sweep_email_undo,
    undo_email_change,
)
from identity.services.expired_rows import sweep_outlived
from identity.services.factors import remove_factors
from identity.services.kept_posts import keep_post, let_go_of_post, sweep_kept_posts
from identity.services.notices import tell_of_guessing
from identity.services.passkeys import (
    add_passkey,
    prove_passkey,
    remove_passkey,
    rename_passkey,
)
from identity.services.passwords import (
    change_password,
    reset_password,
    set_first_password,
    warn_of_expiry,
)
from identity.services.preferences import save_notifications, save_region, save_shortcuts
from identity.services.questions import change_questions
from identity.services.recovery import (
    answer_reset_request,
    ask_for_new_password,
    prove_under_link,
    send_reset_link,
)
from identity.services.registration import ask_for_link, confirm_link, start_set_up_for
from identity.services.returned_mail import follow_failing, try_address_again
from identity.services.second_factor import (
    add_authenticator,
    new_authenticator_key,
    remove_authenticator,
    unsaved_device,
)
from identity.services.sessions import close_sessions, end_session, end_sessions
from identity.services.set_up import save_profile, save_questions
from identity.services.sign_in import (
    prove_code,
    prove_password,
    record_sign_in,
    record_sign_out,
)
from identity.services.staff import create_staff

__all__ = [
    "add_authenticator",
    "add_passkey",
    "answer_reset_request",
    "approve_case",
    "ask_for_email_change",
    "ask_for_link",
    "ask_for_new_password",
    "ask_staff",
    "calendar_holder",
    "cancel_email_change",
    "change_calendar",
    "change_password",
    "change_questions",
    "close_sessions",
    "confirm_email_change",
    "confirm_link",
    "create_staff",
    "decline_case",
    "disable_if_idle",
    "disable_user",
    "end_calendar",
    "end_digests",
    "end_session",
    "end_sessions",
    "end_staff_asks",
    "follow_failing",
    "keep_post",
    "let_go_of_post",
    "make_backup_codes",
    "make_calendar",
    "new_authenticator_key",
    "open_case",
    "prove_answers",
    "prove_code",
    "prove_passkey",
    "prove_password",
    "prove_under_link",
    "reactivate_user",
    "record_sign_in",
    "record_sign_out",
    "remove_authenticator",
    "remove_factors",
    "remove_passkey",
    "rename_passkey",
    "reset_password",
    "resume_digests",
    "save_notifications",
    "save_profile",
    "save_questions",
    "save_region",
    "save_shortcuts",
    "send_email_change_again",
    "send_registration_link",
    "send_reset_link",
    "set_first_password",
    "start_set_up_for",
    "sweep_digests",
    "sweep_email_undo",
    "sweep_kept_posts",
    "sweep_outlived",
    "tell_of_guessing",
    "try_address_again",
    "undo_email_change",
    "unsaved_device",
    "use_backup_code",
    "warn_idle",
    "warn_of_expiry",
]
