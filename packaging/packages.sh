#!/usr/bin/env bash
# Installs what Debian 12 needs to build Jiuying. Does nothing, and needs no rights, when all of it
# is already there.
#
#     packaging/packages.sh [test] [fuzz] [tidy]
#
# test adds what tests/run.sh needs, fuzz the clang that drives libFuzzer, tidy the analysis tool.
# Exit 0: all present. Exit 1: something is missing and could not be installed.
set -euo pipefail
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive

lock_patience=300  # seconds to wait for another apt or dpkg to finish

# Named with their version where Debian has two: the plain libboost packages are 1.74, too old.
packages=(build-essential cmake ninja-build pkg-config ccache ca-certificates
    libboost1.81-dev libboost-json1.81-dev libsqlite3-dev libsodium-dev libzstd-dev zlib1g-dev
    libssl-dev libminizip-dev libexpat1-dev libgfshare-dev libcereal-dev libcli11-dev
    libjemalloc-dev catch2 python3)

# The page is built with node and npm. Where another vendor's are installed, Debian's conflict.
node_major() { node --version 2> /dev/null | sed -nE 's/^v([0-9]+).*/\1/p'; }
if ! { command -v npm > /dev/null && (("$(node_major || true)0" >= 180)); }; then
    packages+=(nodejs npm)
fi

for group in "$@"; do
    case $group in
        test) packages+=(sqlite3 openssl clang-format-14 chromium fonts-noto-cjk) ;;
        fuzz) packages+=(clang-16 libclang-rt-16-dev) ;;
        tidy) packages+=(clang-tidy-16) ;;
        *) echo "packages.sh: unknown group '$group' (test, fuzz, tidy)" >&2; exit 2 ;;
    esac
done

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "错误：$1"
    say "error: $2"
    exit 1
}

missing_packages() {
    local package
    for package in "${packages[@]}"; do
        [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            printf '%s\n' "$package"
    done
}

command -v dpkg-query > /dev/null && command -v apt-get > /dev/null || fail \
    "这不是 Debian 系统。请在 Debian 12 上运行，或按 docs 自行安装依赖。" \
    "this is not Debian. Run it on Debian 12, or install what docs/dependencies.md lists yourself."

mapfile -t missing < <(missing_packages)
if ((${#missing[@]} == 0)); then
    say "依赖已齐全 / all ${#packages[@]} packages are present"
    exit 0
fi

if ((EUID == 0)); then
    as_root=()
elif ! command -v sudo > /dev/null; then
    fail "需要安装 ${missing[*]}，但您不是 root，也没有 sudo。请用 root 运行。" \
        "${missing[*]} must be installed, but you are not root and there is no sudo. Run as root."
elif [[ -t 0 ]]; then
    as_root=(sudo)
else
    as_root=(sudo -n)  # Nobody is there to type a password.
    sudo -n true 2> /dev/null || fail "需要安装 ${missing[*]}，但 sudo 需要密码。" \
        "${missing[*]} must be installed, but sudo asks for a password and there is no terminal."
fi

apt() { "${as_root[@]}" env DEBIAN_FRONTEND="$DEBIAN_FRONTEND" apt-get \
    -o DPkg::Lock::Timeout="$lock_patience" -o Acquire::Retries=3 -qq "$@"; }

# The lists have a lock of their own, on which apt-get update does not wait.
update_lists() {
    local deadline=$((SECONDS + lock_patience)) said
    until said=$(apt update 2>&1); do
        if [[ $said != *"Could not get lock"* ]] || ((SECONDS > deadline)); then
            say "$said"
            fail "无法更新软件包列表，请检查网络和 /etc/apt/sources.list。" \
                "the package lists could not be updated; check the network and the apt sources."
        fi
        sleep 3
    done
}

say "安装 / installing: ${missing[*]}"
update_lists
for package in "${missing[@]}"; do
    apt-cache show "$package" > /dev/null 2>&1 || fail \
        "软件源中没有 $package。本项目以 Debian 12 (bookworm) 的软件包构建。" \
        "the package sources have no $package. Jiuying builds with the packages of Debian 12."
done
apt install -y --no-install-recommends "${missing[@]}" > /dev/null ||
    fail "安装失败，原因见上。数据不受影响，可重新运行。" \
        "the installation failed for the reason above. Nothing else was changed; run it again."

mapfile -t missing < <(missing_packages)
((${#missing[@]} == 0)) || fail "仍缺少 ${missing[*]}" "still missing: ${missing[*]}"
say "依赖已安装 / packages installed"
