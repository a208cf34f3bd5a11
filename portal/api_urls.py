"""Addresses of API version 1, app by app. For the shape of a resource see ``core.api``."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from core.api import Nothing
from portal.api import SchemaResource
from security_models.api import api_urls as security_models
from security_profile.api import api_urls as security_profile
from svi.api import api_urls as svi
from trade_accounts.api import api_urls as trade_accounts

app_name = "api"

urlpatterns: list[URLPattern] = [
    path("schema", SchemaResource.as_view(), name="schema"),
    *trade_accounts,
    *security_models,
    *security_profile,
    *svi,
    re_path(r"^", Nothing.as_view(), name="nothing"),
]
