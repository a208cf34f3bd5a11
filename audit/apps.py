"""Django's entry for the record."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The record of what happened."""

    name = "audit"
