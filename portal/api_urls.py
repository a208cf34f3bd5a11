"""Addresses of API version 1, app by app."""

from django.urls import URLPattern

app_name = "api"

urlpatterns: list[URLPattern] = []
