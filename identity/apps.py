"""The app's configuration for Django."""

import functools

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Users, passwords and their history, security questions, second factors, sign-in."""

    name = "identity"

    def ready(self) -> None:
        """Declare events, permissions and emailed links, and answer the kit's questions."""
        from core.web import detours, expired_posts, ways_to_ask
        from identity import (  # noqa: F401
            acts_on_people,
            asking,
            events,
            policies,
            settings_checks,
        )
        from identity.credentials.mailed_links import Purpose, register_purpose
        from identity.selectors import user_state
        from identity.services import follow_failing
        from identity.states import LinkPurpose
        from identity.views import browser_session
        from notifications.providers.failing import address_failing
        from notifications.providers.kinds import asked_for, carries_secret, register_group

        acts_on_people.register_all()
        detours.register(browser_session.detour)
        expired_posts.register(browser_session.keep_expired_post)
        ways_to_ask.register(asking.ask_instead)
        register_group("management", user_state.management)
        address_failing.register(follow_failing)
        for code in ("confirm_address", "email_change_confirm", "password_reset_link"):
            asked_for(f"user.{code}")
        asked_for("user.mail_trial")
        carries_secret("user.confirm_address")
        carries_secret("user.email_change_confirm")
        carries_secret("user.email_changed")
        carries_secret("user.password_reset_link")
        for code, door, page, numbered in (
            (LinkPurpose.REGISTRATION, "confirm", "confirm-page", True),
            (LinkPurpose.EMAIL_CHANGE, "email-confirm", "email-confirm-page", True),
            (LinkPurpose.EMAIL_UNDO, "email-undo", "email-undo-page", True),
            (LinkPurpose.PASSWORD_RESET, "recover-link", "recover-prove", False),
        ):
            find = functools.partial(user_state.mailed_link, purpose=code)
            register_purpose(Purpose(code, f"identity:{door}", f"identity:{page}", find, numbered))
