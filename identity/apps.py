"""Django's entry for this app."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Users, passwords and their history, security questions, second factors, sign-in."""

    name = "identity"
