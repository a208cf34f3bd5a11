"""All addresses of the portal, app by app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("portal.page_urls")),
    path("", include("identity.urls")),
    path("", include("trade_accounts.urls")),
    path("", include("security_models.urls")),
    path("", include("documents.urls")),
    path("", include("security_profile.urls")),
    path("", include("agreements.urls")),
    path("", include("messages_app.urls")),
    path("", include("change_requests.urls")),
    path("", include("svi.urls")),
    path("", include("operations.urls")),
    path("", include("webhooks.urls")),
    path("", include("reviews.urls")),
    path("api/v1/", include("portal.api_urls")),
]

handler400 = "portal.views.errors.bad_request"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.server_error"
