"""Django's entry for this app."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """Agreement texts, the signing ceremony, signatures, copies of record."""

    name = "agreements"
