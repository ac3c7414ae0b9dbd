/// The code by which a person asks how the own appeal stands: made at the registration, told once.
///
/// 80 random bits as sixteen letters without look-alikes, so that it can be read out on the phone.
/// It is made where there is a phone number: its last digits are the second thing that is asked.
#pragma once

#include "node/base/clock.hpp"

#include <string>
#include <string_view>

namespace jiuying::node {

[[nodiscard]] std::string make_query_code(Environment& environment);

/// `ABCD-EFGH-JKMN-PQRS`, as it is told.
[[nodiscard]] std::string grouped_query_code(std::string_view code);

/// As it is stored, from what a person typed: without marks, in capitals, O for 0 and I, L for 1.
[[nodiscard]] std::string plain_query_code(std::string_view typed);

/// The last four digits of a phone number; empty if it has fewer.
[[nodiscard]] std::string last_four(std::string_view phone);

}  // namespace jiuying::node
