"""Addresses of webhooks."""

from __future__ import annotations

from django.urls import URLPattern, path

from webhooks import views

app_name = "webhooks"

_TRADE = "t/<uuid:trade_id>/webhooks/"
_ENDPOINT = _TRADE + "<uuid:endpoint_id>/"

urlpatterns: list[URLPattern] = [
    path(_TRADE, views.endpoints, name="endpoints"),
    path(_TRADE + "add", views.add, name="add"),
    path(_TRADE + "deliveries/<uuid:delivery_id>", views.delivery, name="delivery"),
    path(_ENDPOINT, views.endpoint, name="endpoint"),
    path(_ENDPOINT + "edit", views.edit, name="edit"),
    path(_ENDPOINT + "secret", views.rotate, name="rotate"),
    path(_ENDPOINT + "<slug:hook_act>", views.act, name="act"),
]
