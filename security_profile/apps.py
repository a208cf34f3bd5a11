"""Django's entry for this app."""

from django.apps import AppConfig


class SecurityProfileConfig(AppConfig):
    """Criteria, responses, evidence links, submissions, decisions, versions."""

    name = "security_profile"
