/// A secret of fixed size: wiped when it ends, never copied by accident, never printed.
///
/// Moving wipes the source, so a secret is at one place at a time; a second copy is asked for by
/// name. Comparison takes the same time whatever the bytes are. Not thread-safe to change.
#pragma once

#include "sync/crypto/bytes.hpp"

#include <cstddef>

namespace jiuying::sync {

/// Prepares libsodium once for the process; cheap and safe to call again from any thread.
/// Only picks the fast code for this CPU: nothing here draws random numbers.
void sodium_ready();

/// Overwrites bytes in a way that the compiler may not leave out.
void wipe(std::span<std::uint8_t> bytes) noexcept;

/// Whether both have the same size and bytes. The time depends on the size only.
[[nodiscard]] bool equal_in_constant_time(View a, View b) noexcept;

template <std::size_t N>
class Secret {
public:
    static constexpr std::size_t size = N;

    /// All bytes zero, to be filled through `bytes()`.
    Secret() = default;

    /// Takes a copy; wiping the source stays with the caller.
    explicit Secret(const Array<N>& bytes) : bytes_(bytes) {}

    /// Fails with Errc::malformed when the size is not exactly N.
    [[nodiscard]] static Result<Secret> from(View bytes) {
        if (bytes.size() != N) return Errc::malformed;
        Secret secret;
        std::ranges::copy(bytes, secret.bytes_.begin());
        return secret;
    }

    Secret(Secret&& other) noexcept : bytes_(other.bytes_) { wipe(other.bytes_); }
    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            bytes_ = other.bytes_;
            wipe(other.bytes_);
        }
        return *this;
    }
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() { wipe(bytes_); }

    [[nodiscard]] Secret clone() const { return Secret{bytes_}; }

    [[nodiscard]] View view() const { return bytes_; }
    [[nodiscard]] const std::uint8_t* data() const { return bytes_.data(); }
    /// For the function that fills the secret.
    [[nodiscard]] std::span<std::uint8_t, N> bytes() { return bytes_; }

    friend bool operator==(const Secret& a, const Secret& b) {
        return equal_in_constant_time(a.bytes_, b.bytes_);
    }

private:
    Array<N> bytes_{};
};

using Key32 = Secret<32>;

}  // namespace jiuying::sync
