#!/usr/bin/env bash
# Compiles every header of schema/, sync/ and node/ alone: each includes what it uses. Takes header
# paths, or checks all.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

CXX=${CXX:-g++}
export CXX

check_one() {
    # From standard input, because a main file with #pragma once is itself a warning.
    printf '#include "%s"\n' "$1" |
        "$CXX" -std=c++20 -fsyntax-only -I. -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
            -Wno-mismatched-new-delete -Werror -DBOOST_ASIO_SEPARATE_COMPILATION \
            -DBOOST_ASIO_NO_DEPRECATED -x c++ - && return
    echo "header: $1 does not compile alone" >&2
    return 1
}
export -f check_one

if (($# > 0)); then
    headers=("$@")
else
    mapfile -t headers < <(find schema sync node -name '*.hpp' | sort)
fi
printf '%s\0' "${headers[@]}" | xargs -0 -r -n 1 -P "${JIUYING_JOBS:-2}" bash -c 'check_one "$1"' _
echo "headers: ${#headers[@]} compile alone"
