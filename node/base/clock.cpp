#include "node/base/clock.hpp"

#include "sync/crypto/hash.hpp"
#include "sync/crypto/secret.hpp"

#include <sodium/randombytes.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

namespace jiuying::node {

WallMs SystemEnvironment::now_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::floor<std::chrono::milliseconds>(now).count();
}

Instant SystemEnvironment::monotonic() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now());
}

Instant SystemEnvironment::since_boot() {
    timespec time{};
    // Every Linux since 2.6.39 has it.
    if (::clock_gettime(CLOCK_BOOTTIME, &time) != 0) return monotonic();
    const auto whole = std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
    return Instant{std::chrono::floor<std::chrono::milliseconds>(whole)};
}

/// Of the file: its number and when it was made, which a copy does not share. Not the device, whose
/// number may be another after a restart. Of the machine: what systemd or D-Bus gave it.
std::array<std::uint8_t, 16> SystemEnvironment::file_identity(const std::string& path) {
    struct statx facts {};
    const bool known = ::statx(AT_FDCWD, path.c_str(), AT_STATX_SYNC_AS_STAT,
                               STATX_INO | STATX_BTIME, &facts) == 0;
    if (!known) return {};
    sync::Hasher hasher{16};
    hasher.add("jiuying file v1").add_u64(facts.stx_ino);
    const bool has_birth = (facts.stx_mask & STATX_BTIME) != 0;
    hasher.add_u64(has_birth ? static_cast<std::uint64_t>(facts.stx_btime.tv_sec) : 0);
    hasher.add_u64(has_birth ? facts.stx_btime.tv_nsec : 0);
    std::string machine;
    for (const char* at : {"/etc/machine-id", "/var/lib/dbus/machine-id"}) {
        std::ifstream file(at);
        if (std::getline(file, machine) && !machine.empty()) break;
    }
    return hasher.add(machine).finish_as<16>();
}

bool SystemEnvironment::has_room(const std::string& path) {
    struct statvfs disk {};
    // One that can't tell its room: its writes will.
    if (::statvfs(path.c_str(), &disk) != 0 || disk.f_blocks == 0) return true;
    const std::uint64_t size = std::uint64_t{disk.f_blocks} * disk.f_frsize;
    const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    return free >= std::min(spare_room_bytes, size / 16);
}

void SystemEnvironment::random(std::span<std::uint8_t> out) {
    sync::sodium_ready();
    randombytes_buf(out.data(), out.size());
}

}  // namespace jiuying::node
