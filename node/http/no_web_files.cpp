// In place of the page's files, where it is built without npm (-DJIUYING_WEB=OFF).
#include "node/http/web_file.hpp"

namespace jiuying::node {

std::span<const WebFile> web_files() { return {}; }

}  // namespace jiuying::node
