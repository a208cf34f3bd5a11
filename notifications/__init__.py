"""Telling people: outbox, delivery by Celery, the list inside the portal."""
