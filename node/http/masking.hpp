/// Personal data in answers, masked as screens show it by default.
#pragma once

#include <boost/json.hpp>

namespace jiuying::node {

/// Masks in place: personal fields by what they are, long runs of digits in what people said.
void mask(boost::json::value& answer);

}  // namespace jiuying::node
