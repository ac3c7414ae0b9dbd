/// Answers of the page's server: documents, and failures as on the command line.
#pragma once

#include "node/cli/errors.hpp"
#include "node/http/message.hpp"

#include <boost/json.hpp>

#include <string_view>

namespace jiuying::node {

[[nodiscard]] HttpAnswer answer_of(const boost::json::value& document);
/// The error document of `--json`, in Chinese with the English under `en`, and the status that fits
/// it.
[[nodiscard]] HttpAnswer answer_of(const Failure& failure, std::string_view program);

}  // namespace jiuying::node
