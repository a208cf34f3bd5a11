"""Addresses of this app."""

from django.urls import URLPattern

app_name = "trade_accounts"

urlpatterns: list[URLPattern] = []
