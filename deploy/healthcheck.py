"""Exit with 0 if the web server in this container answers to a name that it knows.

With an address, such as /readyz, also print the answer: from inside it tells the details.
"""

import os
import sys
import urllib.error
import urllib.request

name = os.environ["ALLOWED_HOSTS"].split(",")[0].lstrip(".")
path = sys.argv[1] if len(sys.argv) > 1 else "/healthz"
request = urllib.request.Request(f"http://127.0.0.1:8000{path}", headers={"Host": name})
try:
    answer = urllib.request.urlopen(request, timeout=10)  # noqa: S310 (a fixed address)
except urllib.error.HTTPError as refused:
    answer = refused
with answer:
    if len(sys.argv) > 1:
        sys.stdout.write(answer.read().decode() + "\n")
    sys.exit(answer.status != 200)
