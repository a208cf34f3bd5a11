"""Addresses of agreements and of the signing ceremony."""

from django.urls import path

from agreements import views

app_name = "agreements"

MODEL = "t/<uuid:trade_id>/m/<uuid:model_id>/"

urlpatterns = [
    path(MODEL + "sign/<slug:kind>/", views.read, name="read"),
    path(MODEL + "sign/<slug:kind>/<uuid:ceremony_id>/certify", views.certify, name="certify"),
    path(MODEL + "sign/<slug:kind>/<uuid:ceremony_id>/prove", views.prove, name="prove"),
    path(MODEL + "agreements", views.signed_list, name="list"),
    path(MODEL + "agreements/<uuid:signature_id>", views.signed_detail, name="detail"),
    path(MODEL + "agreements/<uuid:signature_id>/done", views.done, name="done"),
    path(MODEL + "agreements/<uuid:signature_id>/copy.pdf", views.copy_of_record, name="copy"),
    path(MODEL + "agreements/text/<slug:kind>", views.text, name="text"),
]
