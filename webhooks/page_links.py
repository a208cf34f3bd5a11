"""Addresses of the pages of webhooks."""

from __future__ import annotations

import uuid

from django.urls import reverse

from webhooks.models import Endpoint


def list_of(trade_id: uuid.UUID) -> str:
    """All webhooks of a trade account."""
    return reverse("webhooks:endpoints", kwargs={"trade_id": trade_id})


def page_of(endpoint: Endpoint) -> str:
    """The page of one webhook."""
    kwargs = {"trade_id": endpoint.trade_account_id, "endpoint_id": endpoint.pk}
    return reverse("webhooks:endpoint", kwargs=kwargs)
