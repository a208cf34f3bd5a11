"""Addresses of this app."""

from django.urls import URLPattern

app_name = "security_profile"

urlpatterns: list[URLPattern] = []
