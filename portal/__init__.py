"""Composition root: settings, urls, celery, health, and the pages that look across apps."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
