"""Addresses of this app."""

from django.urls import URLPattern

app_name = "agreements"

urlpatterns: list[URLPattern] = []
