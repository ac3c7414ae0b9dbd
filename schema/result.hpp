/// How bad input from outside is reported: a value or a reason, never an exception.
///
/// A failing disk or database is an exception (node), a bug is an assertion (schema/assert.hpp).
#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace jiuying {

/// Why input was refused. The names are stable; people see the catalogue in node/cli instead.
enum class Errc : std::uint16_t {
    malformed = 1,  ///< Bytes that no writer of ours produces.
    truncated,      ///< The input ends too early.
    too_large,      ///< A size exceeds its named limit.
    unsupported,    ///< A version, suite or must-understand bit that this program does not know.
    not_authentic,  ///< A signature, MAC or AEAD tag does not verify.
    wrong_key,      ///< A passphrase, key file or recipient that does not open this.
    wrong_scope,    ///< The sender may not write there.
    out_of_bounds,  ///< A value outside the bounds that the registry declares.
    not_utf8,       ///< Text that is not UTF-8.
    unknown_field,  ///< No such entity or field in the registry.
    not_found,      ///< The named thing is not here.
    out_of_order,   ///< A gap: something that must come before is missing.
    fork,           ///< The chain leaves the one already known.
    wrong_state,    ///< A message or call that does not belong here now.
    bad_key,        ///< A public key of low order, or a key of the wrong kind.
    exhausted,      ///< A counter or budget is used up.
    used,           ///< A one-time thing (an invitation) was used before.
    expired,        ///< A one-time thing is past its time.
    says_nothing,   ///< An appeal with neither title nor text.
    erased,         ///< Personal data on a record whose personal data were erased.
};

/// A value, or why there is none.
template <class T>
using Result = boost::system::result<T, Errc>;

/// Thrown by Result::value() where the caller had promised that there is a value.
struct BadResult : std::logic_error {
    explicit BadResult(Errc why)
        : std::logic_error("a result without a value was used"), code(why) {}
    Errc code;
};

/// Found by boost::system::result through argument-dependent lookup.
[[noreturn]] inline void throw_exception_from_error(Errc code, const boost::source_location&) {
    throw BadResult{code};
}

}  // namespace jiuying
