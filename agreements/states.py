"""Kinds of agreement texts (A1)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgreementKind(models.TextChoices):
    """Five agreements and the consent to sign electronically."""

    CONSENT = "e_signature_consent", _("Consent to Electronic Signatures and Records")
    PARTNER = "partner_agreement", _("Partner Agreement")
    SVI = "svi_agreement", _("SVI Agreement")
    EXPORTER = "exporter_agreement", _("Exporter Agreement")
    NEEC = "neec_oea_data_sharing", _("NEEC Data Sharing Agreement")
    MUTUAL_RECOGNITION = "mutual_recognition", _("Mutual Recognition Agreement")
