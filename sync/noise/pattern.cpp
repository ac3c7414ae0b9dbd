#include "sync/noise/pattern.hpp"

#include "schema/assert.hpp"

#include <cstddef>
#include <string_view>

namespace jiuying::sync::noise {
namespace {

struct Row {
    Pattern pattern;
    std::string_view name;
    bool initiator_static_known;
    bool responder_static_known;
    /// Messages are separated by '|', tokens by one space, as the specification writes them.
    std::string_view messages;
};

constexpr std::array rows{
    Row{Pattern::N, "N", false, true, "e es"},
    Row{Pattern::K, "K", true, true, "e es ss"},
    Row{Pattern::X, "X", false, true, "e es s ss"},
    Row{Pattern::NN, "NN", false, false, "e|e ee"},
    Row{Pattern::NK, "NK", false, true, "e es|e ee"},
    Row{Pattern::NX, "NX", false, false, "e|e ee s es"},
    Row{Pattern::XN, "XN", false, false, "e|e ee|s se"},
    Row{Pattern::XK, "XK", false, true, "e es|e ee|s se"},
    Row{Pattern::XX, "XX", false, false, "e|e ee s es|s se"},
    Row{Pattern::KN, "KN", true, false, "e|e ee se"},
    Row{Pattern::KK, "KK", true, true, "e es ss|e ee se"},
    Row{Pattern::KX, "KX", true, false, "e|e ee se s es"},
    Row{Pattern::IN, "IN", false, false, "e s|e ee se"},
    Row{Pattern::IK, "IK", false, true, "e es s ss|e ee se"},
    Row{Pattern::IX, "IX", false, false, "e s|e ee se s es"},
};

constexpr bool rows_follow_the_enum() {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (static_cast<std::size_t>(rows[i].pattern) != i) return false;
    }
    return rows.size() == static_cast<std::size_t>(Pattern::IX) + 1;
}
static_assert(rows_follow_the_enum());

const Row& row_of(Pattern pattern) { return rows.at(static_cast<std::size_t>(pattern)); }

Token token_of(std::string_view word) {
    if (word == "e") return Token::e;
    if (word == "s") return Token::s;
    if (word == "ee") return Token::ee;
    if (word == "es") return Token::es;
    if (word == "se") return Token::se;
    JY_ASSERT(word == "ss");
    return Token::ss;
}

/// Cuts the next piece off the front of `rest`.
std::string_view cut(std::string_view& rest, char separator) {
    const std::size_t end = rest.find(separator);
    const std::string_view piece = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    return piece;
}

}  // namespace

Script script_of(Protocol protocol) {
    const Row& row = row_of(protocol.pattern);
    Script script{
        row.initiator_static_known, row.responder_static_known, protocol.psk_places != 0, {}};
    std::string_view rest = row.messages;
    while (!rest.empty()) {
        std::string_view message = cut(rest, '|');
        std::vector<Token>& tokens = script.messages.emplace_back();
        while (!message.empty()) tokens.push_back(token_of(cut(message, ' ')));
    }
    JY_ASSERT((protocol.psk_places >> (script.messages.size() + 1)) == 0);
    // psk0 stands before the first message's tokens, psk<n> after those of message n.
    for (std::size_t n = 1; n <= script.messages.size(); ++n) {
        if ((protocol.psk_places >> n & 1) != 0) script.messages[n - 1].push_back(Token::psk);
    }
    if ((protocol.psk_places & 1) != 0) {
        script.messages.front().insert(script.messages.front().begin(), Token::psk);
    }
    return script;
}

std::string protocol_name(Protocol protocol) {
    std::string name = "Noise_";
    name += row_of(protocol.pattern).name;
    bool first = true;
    for (unsigned n = 0; n < 8; ++n) {
        if ((protocol.psk_places >> n & 1) == 0) continue;
        if (!first) name += '+';
        first = false;
        name += "psk" + std::to_string(n);
    }
    return name + "_25519_ChaChaPoly_SHA256";
}

}  // namespace jiuying::sync::noise
