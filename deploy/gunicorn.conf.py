"""Configures the web server, the same in the demo, the benchmark and production."""

import gc
import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# These threads read requests and write answers, and may wait for a slow client. WEB_THREADS other
# threads do the work (portal/serving.py), each with a database connection.
threads = int(os.environ.get("WEB_READERS", "64"))
# Loaded once and shared by the workers; nothing connects to the database during the import.
preload_app = True
timeout = 60
graceful_timeout = 20
keepalive = 5
max_requests = 20000
max_requests_jitter = 2000
# Only the proxy in front may set the scheme and address of a request.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
accesslog = os.environ.get("ACCESS_LOG") or None
# Otherwise it would write to its user's home, which may be read-only or shared by two servers.
control_socket_disable = True


def when_ready(server: object) -> None:
    """Freeze what is loaded before the fork, so that no worker scans it or copies its pages.

    A page makes thousands of objects and drops nearly all of them at its end: with Python's default
    of 700, garbage is searched for many times while they are all needed.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
