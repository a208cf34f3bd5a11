"""Addresses of this app."""

from django.urls import URLPattern

app_name = "security_models"

urlpatterns: list[URLPattern] = []
