"""The portal's addresses and those of the demonstration."""

from django.urls import include, path

from portal.urls import handler400, handler404, handler500
from portal.urls import urlpatterns as portal_patterns

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*portal_patterns, path("demo/", include("portal.demo.page_urls"))]
