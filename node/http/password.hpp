/// Passwords of the page: which may be chosen, and how one is held against an account.
#pragma once

#include "node/base/clock.hpp"
#include "node/replica/accounts.hpp"

#include <string_view>

namespace jiuying::node {

/// What the page's passwords cost who guesses: 64 MiB, twice. Of one at a time, a small PC bears
/// it.
inline constexpr Argon2Cost page_cost{Argon2Cost::memory_kib_min, 2};
inline constexpr std::size_t password_bytes_max = 256;

/// At least ten characters of three kinds (small, capital, digit, other), or sixteen of any; not
/// the person's code or name with something around it, and none that is known to everybody.
[[nodiscard]] bool may_be_chosen(std::string_view password, std::string_view code,
                                 std::string_view name);

/// Sets salt, hash and cost of \p account; the person must sign in anew everywhere. Takes as long
/// as checking does.
void set_password(Account& account, std::string_view password, Environment& environment);

/// Takes the same time for an account and for none.
[[nodiscard]] bool password_fits(const Account* account, std::string_view password);

}  // namespace jiuying::node
