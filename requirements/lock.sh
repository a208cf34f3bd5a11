#!/usr/bin/env bash
# Resolves base.in, demo.in and dev.in anew into hashed lock files that name no index.
# Needs uv; each larger set is held to the versions of the smaller one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export UV_PYTHON_DOWNLOADS=never
compile() {
    uv pip compile --quiet --generate-hashes --no-emit-index-url --universal --python-version 3.11 \
        --custom-compile-command "requirements/lock.sh" "$@"
}
compile base.in -o base.txt
compile -c base.txt demo.in -o demo.txt
compile -c demo.txt dev.in -o dev.txt
compile uv.in -o uv.txt
compile node.in -o node.txt
