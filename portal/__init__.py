"""Puts the apps together: settings, urls, celery, health, and the pages across apps."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
