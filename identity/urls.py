"""Addresses of this app."""

from django.urls import URLPattern, path

from identity.views import (
    account,
    email,
    password_check,
    preferences,
    questions,
    recovery,
    registration,
    sessions,
    sign_in,
    standing,
)

app_name = "identity"

urlpatterns: list[URLPattern] = [
    path("register", registration.register, name="register"),
    path("register/sent", registration.register_sent, name="register-sent"),
    path("register/confirm/<str:token>", registration.confirm, name="confirm"),
    path("register/set-up/profile", registration.profile, name="set-up-profile"),
    path("register/set-up/questions", registration.questions, name="set-up-questions"),
    path("register/set-up/password", registration.password, name="set-up-password"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-in/code", sign_in.sign_in_code, name="sign-in-code"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("recover", recovery.forgotten, name="recover"),
    path("recover/sent", recovery.sent, name="recover-sent"),
    path("recover/link/<str:token>", recovery.link, name="recover-link"),
    path("recover/prove", recovery.prove, name="recover-prove"),
    path("recover/prove/<slug:way>", recovery.prove, name="recover-way"),
    path("recover/password", recovery.password, name="recover-password"),
    path("account/", account.menu, name="menu"),
    path("account/profile", account.profile, name="profile"),
    path("account/password", account.password, name="password"),
    path("account/password/check", password_check.check, name="password-check"),
    path("account/questions", questions.questions, name="questions"),
    path("account/authenticator", account.authenticator, name="authenticator"),
    path("account/email", email.change, name="email"),
    path("account/email/again", email.send_again, name="email-again"),
    path("account/email/cancel", email.cancel, name="email-cancel"),
    path("account/sessions", sessions.sessions, name="sessions"),
    path("account/sessions/<str:handle>/end", sessions.end, name="session-end"),
    path("account/sessions/end", sessions.end_others, name="sessions-end"),
    path("account/region", preferences.region, name="region"),
    path("account/notifications", preferences.notifications, name="notifications"),
    path("account/shortcuts", preferences.shortcuts, name="shortcuts"),
    path("account/stay", sessions.stay, name="stay"),
    path("email/confirm/<str:token>", email.confirm, name="email-confirm"),
    path("email/undo/<str:token>", email.undo, name="email-undo"),
    path("email/undone", email.undone, name="email-undone"),
    path("account/sign-ins", account.sign_ins, name="sign-ins"),
    path("scss/disabled-users", standing.disabled, name="disabled-users"),
    path("scss/disabled-users/<uuid:user_id>", standing.reactivate, name="reactivate"),
    path("account/disabled", account.disabled, name="disabled"),
]
