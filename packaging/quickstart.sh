#!/usr/bin/env bash
# From a plain Debian 12 to the running demonstration: installs packages, builds, shows.
#
#     packaging/quickstart.sh [--build-only] [--appeals N]
#
# Run it as root, or as a user who may use sudo. It may be run again: what is done is not redone.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export LC_ALL=C.UTF-8

usage() {
    cat >&2 <<'END'
用法 / usage: packaging/quickstart.sh [--build-only] [--appeals N]
  --build-only   只安装依赖并编译，不运行演示 / install and build, do not run the demonstration
  --appeals N    演示中登记的诉求件数（默认 300）/ how many appeals the demonstration records
END
}

build_only=false
demo=()
while (($# > 0)); do
    case $1 in
        --build-only) build_only=true ;;
        --appeals)
            if ! [[ ${2:-} =~ ^[1-9][0-9]{0,5}$ ]]; then
                echo "错误：--appeals 后面要写一个正整数 / error: --appeals needs a number" >&2
                exit 2
            fi
            demo=(--appeals "$2")
            shift
            ;;
        -h | --help) usage; exit 0 ;;
        *)
            echo "错误：不认识的参数 / error: unknown option: $1" >&2
            usage
            exit 2
            ;;
    esac
    shift
done

step() { printf '\n[%s/3] %s\n' "$1" "$2" >&2; }

fail() {
    printf '\n错误：%s\nerror: %s\n' "$1" "$2" >&2
    exit 1
}

started=$SECONDS
cd "$here"

step 1 "检查并安装依赖 / packages"
bash packaging/packages.sh || fail "依赖没有装好，见上。" "the packages are not complete, see above."

step 2 "编译，首次约需数分钟 / building, some minutes the first time"
log=build/quickstart.log
mkdir -p build
{
    cmake --preset release -DJIUYING_TESTS=OFF -DJIUYING_TOGETHER=ON -B build/release &&
        cmake --build build/release -j "$(bash packaging/jobs.sh)" --target jiuying jiuying-hub
} > "$log" 2>&1 || {
    tail -n 40 "$log" >&2
    fail "编译失败，全部输出在 $log。" "the build failed; all of its output is in $log."
}
printf '完成，用时 %s 秒 / done in %s s: build/release/bin/jiuying, build/release/bin/jiuying-hub\n' \
    $((SECONDS - started)) $((SECONDS - started)) >&2

if $build_only; then
    exit 0
fi
step 3 "演示 / demonstration"
# With somebody in front of it: the pages stay open until Enter.
if [[ -t 0 && -t 1 ]]; then
    demo+=(--pages)
fi
exec build/release/bin/jiuying demo "${demo[@]}"
