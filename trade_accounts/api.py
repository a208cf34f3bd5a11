"""Resources of this app. The shape: ``core.api``."""

from __future__ import annotations

from django.urls import URLPattern

api_urls: list[URLPattern] = []
