"""Addresses of the pages of a C-TPAT account, for problems, tasks and mails."""

from __future__ import annotations

from core.links import path_to
from core.providers import Provider
from security_models.models import BusinessType, SecurityModel

#: (business type) -> where its criteria can be read beforehand. The catalogue registers with it.
criteria_reading: Provider[[BusinessType], str] = Provider("criteria_reading")

#: (security model) -> what comes after the company profile. The security profile registers.
after_company_profile: Provider[[SecurityModel], str] = Provider("after_company_profile")


def url(model: SecurityModel, page: str, **more: object) -> str:
    """The path of a page of this app in a model: ``eligibility``, ``identifiers``, …"""
    kwargs = {"trade_id": model.trade_account_id, "model_id": model.pk, **more}
    return path_to(f"security_models:{page}", **kwargs)


def glance(model: SecurityModel) -> str:
    """The path of the at-a-glance page."""
    kwargs = {"trade_id": model.trade_account_id, "model_id": model.pk}
    return path_to("portal:glance", **kwargs)


def criteria_of(business_type: BusinessType) -> str:
    """Where the criteria of a business type can be read; empty while nobody offers it."""
    return next(criteria_reading(business_type), "")


def next_after(model: SecurityModel) -> str:
    """Where *Next* leads from the last tab of the company profile."""
    return next(after_company_profile(model), "") or glance(model)
