"""Addresses of this app."""

from django.urls import path

from documents import views

app_name = "documents"

urlpatterns = [
    path(
        "t/<uuid:trade_id>/m/<uuid:model_id>/documents/<uuid:version_id>",
        views.download,
        name="download",
    ),
    path(
        "scss/m/<uuid:model_id>/documents/<uuid:version_id>",
        views.staff_download,
        name="staff-download",
    ),
]
