#!/bin/sh
# Writes the locks anew from pyproject.toml; with --check only says whether they are stale. The newest versions that
# fit are taken with --upgrade; without it the versions already locked are kept.
set -eu
cd "$(dirname "$0")/.."

if command -v uv >/dev/null; then uv=uv
elif [ -x .venv/bin/uv ]; then uv=.venv/bin/uv
else
    tool=$(mktemp -d); trap 'rm -rf "$tool"' EXIT
    .venv/bin/python -m venv "$tool"
    "$tool/bin/python" -m pip install --quiet uv
    uv=$tool/bin/uv
fi

# One version of a package for every Python from 3.11 on, and nothing that says where it was downloaded.
compile() {
    "$uv" pip compile pyproject.toml --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate "$@"
}

refuse_local() {
    if grep -nE '://|file:|/opt/|==[^ ;]*\+' "$1"; then
        echo "上面几行来自本机或某个镜像，不能进锁 · the lines above come from this machine or a mirror and may not be locked" >&2
        exit 1
    fi
}

case "${1:-}" in
--check)
    copy=$(mktemp -d); trap 'rm -rf "$copy" "${tool:-$copy}"' EXIT
    cp requirements.lock requirements-test.lock requirements-spark.lock "$copy"
    compile -o "$copy/requirements.lock"
    compile --extra test --extra postgres -c "$copy/requirements.lock" -o "$copy/requirements-test.lock"
    compile --extra test --extra postgres --extra spark -c "$copy/requirements-test.lock" -o "$copy/requirements-spark.lock"
    for lock in requirements.lock requirements-test.lock requirements-spark.lock; do
        if ! cmp -s "$lock" "$copy/$lock"; then
            echo "$lock 已过时，运行 make lock · $lock is stale: run make lock" >&2
            exit 1
        fi
    done
    ;;
"" | --upgrade)
    compile "$@" -o requirements.lock
    compile "$@" --extra test --extra postgres -c requirements.lock -o requirements-test.lock
    compile "$@" --extra test --extra postgres --extra spark -c requirements-test.lock -o requirements-spark.lock
    ;;
*)
    echo "tools/lock.sh [--check | --upgrade]" >&2
    exit 2
    ;;
esac
refuse_local requirements.lock
refuse_local requirements-test.lock
refuse_local requirements-spark.lock
