#!/usr/bin/env bash
# Says which C++ files differ from .clang-format; `--fix` rewrites them. clang-format 14 is Debian
# 12's; other versions format some lines otherwise, so they are not asked.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

tool=$(command -v clang-format-14 || command -v clang-format || true)
if [[ -z $tool ]] || ! "$tool" --version | grep -q 'version 14\.'; then
    echo "format: clang-format 14 is not installed (packaging/packages.sh test tidy)" >&2
    exit 77
fi
mapfile -t files < <(find schema sync node tests -name '*.cpp' -o -name '*.hpp' | sort)
if [[ ${1:-} == --fix ]]; then
    printf '%s\0' "${files[@]}" | xargs -0 "$tool" -i
else
    differing=$(printf '%s\0' "${files[@]}" | xargs -0 "$tool" --dry-run 2>&1 |
        sed -nE 's/^([^ :]+):[0-9]+:.*/format: \1/p' | sort | uniq -c)
    [[ -z $differing ]] || { printf 'findings:\n%s\n' "$differing"; exit 1; }
    echo "format: ${#files[@]} files as they should be"
fi
