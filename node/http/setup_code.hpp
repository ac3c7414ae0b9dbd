/// Codes that are shown once and make an account: sixteen letters and digits in groups of four.
#pragma once

#include "node/base/clock.hpp"
#include "sync/crypto/bytes.hpp"

#include <string>
#include <string_view>

namespace jiuying::node {

/// As it is printed.
[[nodiscard]] std::string make_setup_code(Environment& environment);
/// Of the code however it was typed: with or without dashes, small letters, O for 0.
[[nodiscard]] sync::Array<32> hash_of_setup_code(std::string_view typed);

}  // namespace jiuying::node
