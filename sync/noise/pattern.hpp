/// The handshake patterns of Noise: who sends which keys when, and what is mixed from them.
///
/// Source: The Noise Protocol Framework, revision 34, sections 7 (patterns) and 9 (pre-shared
/// keys). The programs use XK for sessions and X for bundles; the others are here because the
/// published vectors then prove the one class that all of them share. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace jiuying::sync::noise {

enum class Pattern : std::uint8_t { N, K, X, NN, NK, NX, XN, XK, XX, KN, KK, KX, IN, IK, IX };

enum class Role : std::uint8_t { initiator, responder };

enum class Token : std::uint8_t { e, s, ee, es, se, ss, psk };

/// A pattern and its modifiers. `psk_places` has bit n set for the modifier psk<n>.
struct Protocol {
    Pattern pattern = Pattern::XK;
    std::uint8_t psk_places = 0;
};

/// What the two sides know beforehand and the tokens of each message, the initiator's first.
struct Script {
    bool initiator_static_known = false;
    bool responder_static_known = false;
    bool has_psk = false;
    std::vector<std::vector<Token>> messages;
};

/// Asserts that every psk modifier names a message that the pattern has.
[[nodiscard]] Script script_of(Protocol protocol);

/// For example `Noise_XXpsk3_25519_ChaChaPoly_SHA256`.
[[nodiscard]] std::string protocol_name(Protocol protocol);

/// Only the initiator ever sends.
[[nodiscard]] constexpr bool is_one_way(Pattern pattern) { return pattern <= Pattern::X; }

}  // namespace jiuying::sync::noise
