"""Addresses of the pages that look across apps."""

from django.urls import URLPattern

app_name = "portal"

urlpatterns: list[URLPattern] = []
