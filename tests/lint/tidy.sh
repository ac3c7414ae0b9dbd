#!/usr/bin/env bash
# Runs clang-tidy 16 (14 cannot read coroutines of C++20) over the sources of a configured build.
#
#     tests/lint/tidy.sh [BUILD_FOLDER] [FILE...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

folder=${1:-build/release}
shift || true
tool=$(command -v clang-tidy-16 || true)
if [[ -z $tool ]]; then
    echo "tidy: clang-tidy-16 is not installed (packaging/packages.sh test tidy)" >&2
    exit 77
fi
[[ -f $folder/compile_commands.json ]] || { echo "tidy: configure $folder first" >&2; exit 1; }
if (($# > 0)); then
    files=("$@")
else
    mapfile -t files < <(find schema sync node -name '*.cpp' ! -name asio_impl.cpp | sort)
fi
# The commands name g++'s precompiled header and g++'s own switches; clang reads neither.
clean=$(mktemp -d)
trap 'rm -rf "$clean"' EXIT
sed -E 's/-include [^ ]*cmake_pch\.hxx//g; s/-Winvalid-pch//g; s/-fstack-clash-protection//g' \
    "$folder/compile_commands.json" > "$clean/compile_commands.json"
printf '%s\0' "${files[@]}" |
    xargs -0 -n 1 -P "${JIUYING_JOBS:-2}" "$tool" -p "$clean" --quiet --extra-arg=-Wno-everything \
        2> >(grep -v 'warnings\? generated' >&2)
echo "tidy: ${#files[@]} files without a finding"
