#include "node/http/password.hpp"

#include "schema/utf8.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace jiuying::node {
namespace {

constexpr std::size_t characters_min = 10;
constexpr std::size_t long_enough = 16;
constexpr int kinds_min = 3;
/// A name or code of so many characters must not be the most of it.
constexpr std::size_t telling = 3;

/// The beginnings of what everybody tries first.
constexpr std::array known_to_all{"password", "passw0rd", "p@ssw0rd", "admin",
                                  "qwert",    "1q2w3e",   "qazwsx",   "abc123",
                                  "12345",    "jiuying",  "woaini",   "letmein"};

std::string lowered(std::string_view text) {
    std::string low{text};
    std::ranges::transform(low, low.begin(), [](unsigned char c) {
        return static_cast<char>(c < 0x80 ? std::tolower(c) : c);
    });
    return low;
}

int kinds_in(std::string_view text) {
    bool small = false;
    bool capital = false;
    bool digit = false;
    bool other = false;
    for (const char c : text) {
        if (c >= 'a' && c <= 'z') {
            small = true;
        } else if (c >= 'A' && c <= 'Z') {
            capital = true;
        } else if (c >= '0' && c <= '9') {
            digit = true;
        } else {
            other = true;
        }
    }
    return int{small} + int{capital} + int{digit} + int{other};
}

}  // namespace

bool may_be_chosen(std::string_view password, std::string_view code, std::string_view name) {
    if (password.size() > password_bytes_max || !schema::is_utf8(password)) return false;
    const std::size_t characters = schema::count_code_points(password);
    if (characters < characters_min) return false;
    if (characters < long_enough && kinds_in(password) < kinds_min) return false;
    const std::string low = lowered(password);
    const auto begins = [&](const char* word) { return low.starts_with(word); };
    if (std::ranges::any_of(known_to_all, begins)) return false;
    for (const std::string_view own : {code, name}) {
        const bool tells = schema::count_code_points(own) >= telling;
        if (tells && low.find(lowered(own)) != low.npos) return false;
    }
    return true;
}

void set_password(Account& account, std::string_view password, Environment& environment) {
    environment.random(account.salt);
    account.cost = page_cost;
    const sync::Key32 key = stretched(Passphrase{password}, account.salt, account.cost).value();
    std::ranges::copy(key.view(), account.hash.begin());
    ++account.generation;
    account.failures = 0;
    account.locked = false;
    account.password_at_ms = environment.now_ms();
}

bool password_fits(const Account* account, std::string_view password) {
    const sync::Array<16> nobody{};
    const sync::Array<16>& salt = account == nullptr ? nobody : account->salt;
    const Argon2Cost cost = account == nullptr ? page_cost : account->cost;
    const auto key = stretched(Passphrase{password}, salt, cost);
    return key && account != nullptr && sync::equal_in_constant_time(key->view(), account->hash);
}

}  // namespace jiuying::node
